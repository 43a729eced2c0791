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
 */
export function promptTokens(tokenizer: Tokenizer, prompt: string): number[] {
  const { bos } = tokenizer.vocabulary;
  const tokens = tokenizer.encode(prompt, { parseSpecial: true });
  if (tokenizer.addBos && bos !== undefined && tokens[0] !== bos) tokens.unshift(bos);
  return tokens;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
