import type { Gpu } from '../gpu/index.ts';
import { InstancePool } from '../inband/index.ts';
import { openGguf } from '../model/gguf/index.ts';
import { ChatTemplate } from '../model/template.ts';
import type { AgentModel } from './agents.ts';

export interface AgentModelOptions {
  /** Model instances. */
  readonly instances: number;
  /** Tokens of one call, prompt and answer together. */
  readonly contextLength: number;
  /** Prepare in-band computing. */
  readonly vm: boolean;
}

/**
 * Loads a model for agents.
 *
 * @throws ResidentError when the model cannot be used or does not fit
 */
export async function openAgentModel(gpu: Gpu, path: string, options: AgentModelOptions): Promise<AgentModel> {
  const gguf = await openGguf(path);
  const pool = await InstancePool.open(gpu, gguf, options).finally(() => gguf.close());
  const { engine, tokenizer } = pool;
  const template = ChatTemplate.exists(gguf.metadata) ? ChatTemplate.open(gguf.metadata, tokenizer) : undefined;
  return { engine, tokenizer, template, inband: await pool.inband };
}
