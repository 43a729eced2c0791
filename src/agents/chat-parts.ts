import { ResidentError } from '../errors.ts';
import { type ChatTemplate, promptTokens } from '../model/template.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import { kernelConstants as c } from './constants.ts';

/**
 * A chat template around one message of a user, cut so that a kernel can fill it: tokens, then text that is tokenised
 * together with the message (head, message, tail), then tokens.
 */
export interface ChatParts {
  readonly before: readonly number[];
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly after: readonly number[];
  /** Whether the template cuts spaces off the message. */
  readonly trims: boolean;
  /** Tokens before a text without the template. */
  readonly plainBefore: readonly number[];
}

const marker = 'The0Message';

/**
 * Cuts a template at the control tokens around the message: no word of the tokenizer reaches across one, so the tokens
 * are those of the whole text.
 *
 * @param system a message before the user's
 * @throws ResidentError when the template cannot be cut so
 */
export function chatParts(tokenizer: Tokenizer, template: ChatTemplate | undefined, system?: string): ChatParts {
  const { bos } = tokenizer.vocabulary;
  const plainBefore = tokenizer.addBos && bos !== undefined ? [bos] : [];
  const none = new Uint8Array();
  if (!template) return { before: plainBefore, head: none, tail: none, after: [], trims: false, plainBefore };
  const now = new Date();
  const render = (content: string) =>
    template.render([...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content }], { now });
  const text = render(marker);
  const at = text.indexOf(marker);
  if (at < 0 || text.includes(marker, at + 1)) {
    throw new ResidentError('The chat template does not hold the message once: use plain prompts.');
  }
  const [front, back] = [text.slice(0, at), text.slice(at + marker.length)];
  const control = tokenizer.vocabulary.texts.filter((special, id) => special !== '' && tokenizer.isControl(id));
  const cut = Math.max(0, ...control.map((t) => (front.includes(t) ? front.lastIndexOf(t) + t.length : 0)));
  const end = Math.min(back.length, ...control.map((t) => (back.includes(t) ? back.indexOf(t) : back.length)));
  const encoder = new TextEncoder();
  const parts: ChatParts = {
    before: promptTokens(tokenizer, front.slice(0, cut)),
    head: encoder.encode(front.slice(cut)),
    tail: encoder.encode(back.slice(0, end)),
    after: tokenizer.encode(back.slice(end), { parseSpecial: true }),
    trims: !render(`  ${marker}  `).includes(`  ${marker}  `),
    plainBefore,
  };
  const middle = tokenizer.encode(front.slice(cut) + marker + back.slice(0, end), { plain: true });
  const whole = promptTokens(tokenizer, text);
  if ([...parts.before, ...middle, ...parts.after].join() !== whole.join()) {
    throw new ResidentError('The chat template cannot be cut around the message: use plain prompts.');
  }
  if (parts.head.length + parts.tail.length > c.TEMPLATE_BYTES) {
    throw new ResidentError(`The chat template puts more than ${c.TEMPLATE_BYTES} bytes next to the message.`);
  }
  return parts;
}

/** The words of the template buffer (constants.ts). */
export function templateWords(parts: ChatParts): Uint32Array<ArrayBuffer> {
  const { before, after, head, tail, trims, plainBefore } = parts;
  const tokens = c.TEMPLATE_HEADER_WORDS;
  const bytesAt = tokens + before.length + after.length;
  const words = new Uint32Array(bytesAt + Math.ceil((head.length + tail.length) / 4) + 1);
  words[c.TEMPLATE_BEFORE] = before.length;
  words[c.TEMPLATE_AFTER] = after.length;
  words[c.TEMPLATE_HEAD] = head.length;
  words[c.TEMPLATE_TAIL] = tail.length;
  words[c.TEMPLATE_TRIMS] = trims ? 1 : 0;
  // A plain prompt begins like the template or with nothing: BOS is the template's first token too.
  words[c.TEMPLATE_PLAIN_BEFORE] = plainBefore.length > 0 && before[0] === plainBefore[0] ? 1 : 0;
  words.set(before, tokens);
  words.set(after, tokens + before.length);
  const bytes = new Uint8Array(words.buffer, bytesAt * 4);
  bytes.set(head);
  bytes.set(tail, head.length);
  return words;
}
