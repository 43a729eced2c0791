import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../../model/template.ts';
import { type FunctionTool, toolMarks } from './structured.ts';

/** A function that the model wants called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
}

export type ToolPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'call'; call: ToolCall };

/** Finds calls in an answer's text as it grows. What is no call after all comes out as text. */
export class ToolCallParser {
  readonly #names: ReadonlySet<string>;
  /** Text after the last part: outside a call the possible beginning of a mark, inside all of the call. */
  #held = '';
  #inside = false;

  constructor(tools: readonly FunctionTool[]) {
    this.#names = new Set(tools.map(({ name }) => name));
  }

  push(text: string): ToolPart[] {
    const parts: ToolPart[] = [];
    this.#held += text;
    for (;;) {
      const mark = this.#inside ? toolMarks.close : toolMarks.open;
      const at = this.#held.indexOf(mark);
      if (at < 0) break;
      const before = this.#held.slice(0, at);
      this.#held = this.#held.slice(at + mark.length);
      if (this.#inside) parts.push(this.#call(before, true));
      else if (before !== '') parts.push({ type: 'text', text: before });
      this.#inside = !this.#inside;
    }
    if (this.#inside) return parts;
    let keep = Math.min(this.#held.length, toolMarks.open.length - 1);
    while (keep > 0 && !toolMarks.open.startsWith(this.#held.slice(-keep))) keep--;
    const clear = this.#held.slice(0, this.#held.length - keep);
    if (clear !== '') parts.push({ type: 'text', text: clear });
    this.#held = this.#held.slice(clear.length);
    return parts;
  }

  end(): ToolPart[] {
    const held = this.#held;
    this.#held = '';
    if (this.#inside) return [this.#call(held, false)];
    return held === '' ? [] : [{ type: 'text', text: held }];
  }

  #call(text: string, closed: boolean): ToolPart {
    const raw = toolMarks.open + text + (closed ? toolMarks.close : '');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { type: 'text', text: raw };
    }
    const { name, arguments: given, parameters } = (value ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || !this.#names.has(name)) return { type: 'text', text: raw };
    const args = given ?? parameters ?? {};
    const json = typeof args === 'string' ? args : JSON.stringify(args);
    return {
      type: 'call',
      call: { id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, name, arguments: json },
    };
  }
}

/**
 * Messages for a template that knows nothing of tools: calls and results become text, and a system message says how
 * to call.
 */
export function withoutTools(messages: readonly ChatMessage[], tools: readonly FunctionTool[]): ChatMessage[] {
  const plain = messages.map((message): ChatMessage => {
    if (message.role === 'tool') {
      return { role: 'user', content: `<tool_response>\n${String(message.content)}\n</tool_response>` };
    }
    const calls = message.tool_calls as { function: { name: string; arguments: unknown } }[] | undefined;
    if (!calls) return message;
    const texts = calls.map(({ function: { name, arguments: args } }) => {
      return `${toolMarks.open}\n${JSON.stringify({ name, arguments: args })}\n${toolMarks.close}`;
    });
    return { role: message.role, content: [message.content, ...texts].filter(Boolean).join('\n') };
  });
  if (tools.length === 0) return plain;
  const list = tools.map((tool) => JSON.stringify(templateTool(tool))).join('\n');
  const text =
    `You may call functions. To call one, write ${toolMarks.open}{"name": "...", "arguments": {...}}${toolMarks.close}.\n` +
    `These functions exist:\n${list}`;
  if (plain[0]?.role === 'system') {
    return [{ ...plain[0], content: `${String(plain[0].content)}\n\n${text}` }, ...plain.slice(1)];
  }
  return [{ role: 'system', content: text }, ...plain];
}

/** A tool as templates expect it. */
export function templateTool({ name, description, parameters }: FunctionTool) {
  const described = description ? { description } : {};
  return { type: 'function', function: { name, ...described, parameters: parameters ?? { type: 'object' } } };
}
