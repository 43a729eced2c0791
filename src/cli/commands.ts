import type { Command } from 'commander';
import { registerAgents } from './agents.ts';
import { registerBenchCc } from './bench-cc.ts';
import { registerBenchMachine, registerBenchSwap } from './bench-machine.ts';
import { registerBenchModel } from './bench-model.ts';
import { registerBenchOs } from './bench-os.ts';
import { registerBenchServe } from './bench-serve.ts';
import { registerCc } from './cc.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerEval } from './eval.ts';
import { registerEvolve } from './evolve.ts';
import { registerGdb } from './gdb.ts';
import { registerGenerate } from './generate.ts';
import { registerInband } from './inband.ts';
import { registerLogits } from './logits.ts';
import { registerOs } from './os.ts';
import { registerPerplexity } from './perplexity.ts';
import { registerPrograms } from './programs.ts';
import { registerRun } from './run.ts';
import { registerServe } from './serve.ts';
import { registerTokenize } from './tokenize.ts';

/** Every command registers itself here; the work behind it is imported only when it runs. */
export const commands: readonly ((program: Command) => void)[] = [
  registerAgents,
  registerBenchOs,
  registerBenchServe,
  registerBenchModel,
  registerBenchCc,
  registerBenchMachine,
  registerBenchSwap,
  registerCc,
  registerDemo,
  registerDoctor,
  registerEval,
  registerEvolve,
  registerGdb,
  registerGenerate,
  registerInband,
  registerLogits,
  registerOs,
  registerPerplexity,
  registerPrograms,
  registerRun,
  registerServe,
  registerTokenize,
];
