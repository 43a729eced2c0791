import type { Answerer } from '../../src/os/cpus/scripted.ts';
import { ScriptedCpu } from '../../src/os/cpus/scripted.ts';
import { Kernel, type KernelOptions } from '../../src/os/kernel.ts';
import type { Process } from '../../src/os/state.ts';
import { openStore, type Store } from '../../src/os/store/store.ts';

export interface Rig {
  kernel: Kernel;
  store: Store;
  cpu: ScriptedCpu;
  /** Sets the clock forward, in milliseconds. */
  pass(milliseconds: number): void;
  process(pid: number): Process;
  close(): Promise<void>;
}

/** A kernel on a scripted CPU and a clock that stands still until told. */
export async function rig(
  answer: Answerer = () => 'yes',
  options: Partial<KernelOptions> & { location?: string; instances?: number } = {},
): Promise<Rig> {
  const { location = ':memory:', instances = 4, ...rest } = options;
  const store = options.store ?? (await openStore(location));
  const cpu = new ScriptedCpu(answer, { instances, record: true });
  let now = Date.UTC(2030, 0, 1);
  const kernel = await Kernel.open({ store, cpu, clock: () => now, pollMilliseconds: 0, ...rest });
  return {
    kernel,
    store,
    cpu,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    process: (pid) => kernel.machine.processes.get(pid)!,
    async close() {
      await kernel.close();
      await store.close();
    },
  };
}

/** A program from its steps and whatever else its header needs. */
export function program(steps: string, header = '', name = 'test'): string {
  return `name: ${name}\nversion: 1.0.0\n${header}\nsteps:\n${indent(steps)}`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Runs one program to its end. */
export async function runProgram(source: string, inputs = {}, answer?: Answerer, options = {}) {
  const made = await rig(answer, options);
  const pid = await made.kernel.spawn(source, inputs);
  const end = await made.kernel.run({ wait: false });
  const process = made.process(pid);
  await made.close();
  return { process, end, cpu: made.cpu, machine: made.kernel.machine };
}
