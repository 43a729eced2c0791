import { Template } from '@huggingface/jinja';
import { ResidentError } from '../errors.ts';
import type { GgufMetadata } from './gguf/index.ts';
import { renderTemplate } from './template-interpreter.ts';
import type { Tokenizer } from './tokenizer/index.ts';

/** One message of a conversation in the shape that chat templates expect (that of the OpenAI chat API). */
export interface ChatMessage {
  role: string;
  content?: unknown;
  tool_calls?: unknown;
  [field: string]: unknown;
}

export interface RenderOptions {
  /** End with the header of the assistant's turn. Default true. */
  addGenerationPrompt?: boolean;
  /** Function schemas that the model may call. */
  tools?: readonly unknown[] | undefined;
  /** Further variables that a template may know, such as `enable_thinking` or `date_string`. */
  variables?: Readonly<Record<string, unknown>>;
  /** The time that `strftime_now` shows. Default the current time. */
  now?: Date;
}

/** A model's chat template (Jinja): turns a conversation into the prompt the model was trained on. */
export class ChatTemplate {
  readonly #fileName: string;
  readonly #template: Template;
  readonly #tokens: Readonly<Record<string, string>>;

  /**
   * @param tokens texts that templates may mention: `bos_token`, `eos_token`, `pad_token`
   * @throws ResidentError when the template does not parse
   */
  constructor(source: string, tokens: Readonly<Record<string, string>> = {}, fileName = 'chat template') {
    this.#fileName = fileName;
    this.#tokens = tokens;
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw new ResidentError(`${fileName}: the chat template does not parse: ${messageOf(cause)}.`, { cause });
    }
  }

  /** Whether the model file has a chat template. */
  static exists(metadata: GgufMetadata): boolean {
    return metadata.has('tokenizer.chat_template');
  }

  /** @throws ResidentError when the model has no chat template, or one that does not parse */
  static open(metadata: GgufMetadata, { vocabulary }: Tokenizer): ChatTemplate {
    if (!ChatTemplate.exists(metadata)) {
      throw new ResidentError(`${metadata.fileName}: the model has no chat template; give it a plain prompt instead.`);
    }
    const { bos, eos, padding, texts } = vocabulary;
    const text = (id: number | undefined) => (id === undefined ? '' : texts[id]!);
    const tokens = { bos_token: text(bos), eos_token: text(eos), pad_token: text(padding) };
    return new ChatTemplate(metadata.string('tokenizer.chat_template'), tokens, metadata.fileName);
  }

  /**
   * The prompt for a conversation.
   *
   * @throws ResidentError with the template's own words when it rejects the conversation (`raise_exception`)
   */
  render(messages: readonly ChatMessage[], options: RenderOptions = {}): string {
    const { addGenerationPrompt = true, tools, variables = {}, now = new Date() } = options;
    const values: Record<string, unknown> = {
      ...this.#tokens,
      messages,
      add_generation_prompt: addGenerationPrompt,
      ...(tools && tools.length > 0 ? { tools } : {}),
      ...variables,
    };
    try {
      return renderTemplate(this.#template, values, now);
    } catch (cause) {
      throw new ResidentError(`${this.#fileName}: the chat template rejects the conversation: ${messageOf(cause)}`, {
        cause,
      });
    }
  }
}

/**
 * The tokens of a rendered prompt: control tokens are read as such, and BOS comes first once, whether the template
 * writes it or the model wants it added.
 *
 * @param without see the tokenizer's option
 */
export function promptTokens(tokenizer: Tokenizer, prompt: string, without?: string): number[] {
  const { bos } = tokenizer.vocabulary;
  const tokens = tokenizer.encode(prompt, { parseSpecial: true, without });
  if (tokenizer.addBos && bos !== undefined && tokens[0] !== bos) tokens.unshift(bos);
  return tokens;
}

/**
 * The tokens of a conversation. Control tokens are those that the template writes: where a message holds the text of
 * one, such as `<|im_end|>`, it stays text.
 *
 * @throws ResidentError with the template's own words when it rejects the conversation
 */
export function conversationTokens(
  tokenizer: Tokenizer,
  template: ChatTemplate,
  messages: readonly ChatMessage[],
  options: RenderOptions = {},
): number[] {
  const shield = shieldFor(tokenizer, [messages, options.tools]);
  if (!shield) return promptTokens(tokenizer, template.render(messages, options));
  const { guard, without } = shield;
  const tools = options.tools ? { tools: options.tools.map((tool) => eachText(tool, guard)) } : {};
  const guarded = messages.map((message) => ({ ...(eachText(message, guard) as ChatMessage), role: message.role }));
  return promptTokens(tokenizer, template.render(guarded, { ...options, ...tools }), without);
}

/** Puts a character into every control token's text that stands in `values`; undefined when there is none. */
function shieldFor(
  tokenizer: Tokenizer,
  values: unknown,
): { guard: (text: string) => string; without: string } | undefined {
  const { texts } = tokenizer.vocabulary;
  const all: string[] = [];
  eachText(values, (text) => {
    all.push(text);
    return text;
  });
  const found = texts.filter(
    (text, id) => text.length > 1 && tokenizer.isControl(id) && all.some((one) => one.includes(text)),
  );
  if (found.length === 0) return undefined;
  // Noncharacters mean nothing in any text; one that the conversation itself does not use is left.
  const free = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i));
  const without = free.find((character) => !all.some((one) => one.includes(character)));
  if (without === undefined) throw new ResidentError('The conversation uses all noncharacters of Unicode.');
  const guard = (text: string) =>
    found.reduce((guarded, token) => guarded.replaceAll(token, token[0] + without + token.slice(1)), text);
  return { guard, without };
}

/** A copy of a JSON value with every text in it changed; names of fields stay. */
function eachText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => eachText(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, eachText(item, change)]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
