import type { Json } from '../json.ts';

/** What a tool gets besides its arguments. */
export interface CallContext {
  /** The same for every attempt of one call, and for no other call. */
  key: string;
  pid: number;
  /** Aborted when the kernel closes. */
  signal: AbortSignal;
}

/** A system call. Programs reach it with SYS, if their permissions say so. */
export interface Tool {
  name: string;
  description: string;
  /** JSON schema of the arguments. */
  schema: Record<string, Json>;
  /** Calling it twice with the same key and arguments does no more than calling it once. */
  idempotent: boolean;
  /** @throws Error if the call failed; its message becomes the fault's */
  call(given: Record<string, Json>, context: CallContext): Promise<Json>;
}

/** The tools of one kernel. */
export class ToolBox {
  readonly #tools = new Map<string, Tool>();
  readonly #closers: (() => Promise<void>)[] = [];

  add(...tools: Tool[]): this {
    for (const tool of tools) {
      if (this.#tools.has(tool.name)) throw new Error(`there are two tools named ${tool.name}`);
      this.#tools.set(tool.name, tool);
    }
    return this;
  }

  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  get(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  list(): Tool[] {
    return [...this.#tools.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) await close();
  }
}

export function textArgument(given: Record<string, Json>, name: string): string {
  const value = given[name];
  if (typeof value !== 'string') throw new Error(`argument ${name} must be a text`);
  return value;
}

export function numberArgument(given: Record<string, Json>, name: string, fallback: number): number {
  const value = given[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`argument ${name} must be a number`);
  return value;
}
