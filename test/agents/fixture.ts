import { readFileSync } from 'node:fs';
import {
  type AgentModel,
  type AgentOptions,
  type AgentRun,
  Agents,
  openAgentModel,
  withHeader,
} from '../../src/agents/index.ts';
import { compileFile } from '../../src/cc/index.ts';
import { packageFile, shippedModel } from '../../src/cli/package-files.ts';
import { type Gpu, openGpu } from '../../src/gpu/index.ts';
import type { Program } from '../../src/machine/index.ts';

export interface Fixture {
  readonly gpu: Gpu;
  readonly model: AgentModel;
  close(): void;
}

/** The shipped model with in-band computing. */
export async function openFixture(instances: number, contextLength = 160): Promise<Fixture> {
  const gpu = await openGpu();
  const model = await openAgentModel(gpu, shippedModel(), { instances, contextLength, vm: true });
  return {
    gpu,
    model,
    close() {
      model.engine.destroy();
      gpu.close();
    },
  };
}

const header = readFileSync(packageFile('include', 'resident.h'), 'utf8');

export async function compileAgent(gpu: Gpu, text: string, name = 'agent.c'): Promise<Program> {
  const { prelude, source } = withHeader(new TextEncoder().encode(text), header);
  const { program, compiler } = await compileFile(gpu, source, name, {}, prelude);
  compiler.destroy();
  return program;
}

export const shippedProgram = (name: string) => readFileSync(packageFile('programs', 'agents', name), 'utf8');

/** Compiles and runs a program of agents. */
export async function runAgents(
  { gpu, model }: Fixture,
  text: string,
  options: Omit<AgentOptions, 'program'>,
): Promise<AgentRun & { texts: Map<number, string> }> {
  const program = await compileAgent(gpu, text);
  const agents = await Agents.create(gpu, model, { ...options, program });
  try {
    const run = await agents.run();
    const texts = new Map(run.results.map(({ task, bytes }) => [task, new TextDecoder().decode(bytes)]));
    return { ...run, texts };
  } finally {
    agents.destroy();
  }
}
