import { ResidentError } from '../../errors.ts';
import type { Json } from '../json.ts';
import { Kernel } from '../kernel.ts';
import type { Process } from '../state.ts';
import { registerProgram } from '../step.ts';
import { openStore } from '../store/store.ts';
import { readText } from './check.ts';
import { type CpuChoice, openCpu, openTools, type ToolChoice } from './open.ts';

export interface RunChoice extends CpuChoice, ToolChoice {
  store: string;
  cpu: string;
  inputs: readonly string[];
  install: readonly string[];
  core?: string;
  scheduling: 'priority' | 'round-robin';
  wait: boolean;
  json: boolean;
}

/**
 * `resident os run`: starts the programs of `files` as processes and runs the machine. Without files it only goes on.
 * Prints the result of each process that it started, or of every process that ended meanwhile.
 * @returns exit code: 1 if one of them ended with a fault
 */
export async function runFiles(files: readonly string[], choice: RunChoice): Promise<number> {
  const sources = files.map((file) => ({ file, source: readText(file) }));
  for (const { file, source } of sources) registerProgram(source, file);
  const inputs = parseInputs(choice.inputs);
  const store = await openStore(choice.store);
  let kernel: Kernel | undefined;
  try {
    const tools = await openTools(choice);
    const cpu = await openCpu(choice.cpu, choice);
    const watched: number[] = [];
    const ended: number[] = [];
    kernel = await Kernel.open({
      store,
      cpu,
      tools,
      scheduling: choice.scheduling,
      onCommit: ({ step }) => {
        for (const pid of step.changes.processes)
          if (kernel!.machine.processes.get(pid)?.ended === step.at && !ended.includes(pid)) ended.push(pid);
      },
    });
    for (const file of choice.install) await kernel.install(readText(file), file);
    for (const { file, source } of sources) {
      const own = registerProgram(source, file).inputs;
      const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(own, name)));
      watched.push(await kernel.spawn(source, given, { file }));
    }
    rejectUnused(inputs, sources);
    if (choice.core !== undefined) watched.push(await kernel.loadCore(readText(choice.core)));
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
    const end = await kernel.run({
      ...(watched.length > 0 ? { until: watched } : {}),
      wait: choice.wait,
      signal: stop.signal,
    });
    const shown = watched.length > 0 ? watched : ended;
    let failed = false;
    for (const pid of shown) {
      const process = kernel.machine.processes.get(pid)!;
      failed ||= process.fault !== null;
      print(process, choice.json);
    }
    const unknown = (await store.openCalls()).filter((call) => call.status === 'unknown');
    for (const { pid, tool } of unknown)
      process.stderr.write(
        `process ${pid}: the machine stopped during a call of ${tool}: \`resident os wake ${pid} --retry\` or \`--fail\`\n`,
      );
    if (end === 'aborted') process.stderr.write(`stopped; \`resident os run --store ${choice.store}\` goes on\n`);
    await cpu.close();
    return failed ? 1 : 0;
  } finally {
    await kernel?.close();
    await store.close();
  }
}

function parseInputs(given: readonly string[]): Record<string, Json> {
  const inputs: Record<string, Json> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new ResidentError(`--input ${text}: expected NAME=VALUE`, { exitCode: 2 });
    const value = text.slice(at + 1);
    try {
      inputs[text.slice(0, at)] = JSON.parse(value) as Json;
    } catch {
      inputs[text.slice(0, at)] = value;
    }
  }
  return inputs;
}

function rejectUnused(inputs: Record<string, Json>, sources: readonly { file: string; source: string }[]): void {
  for (const name of Object.keys(inputs))
    if (!sources.some(({ file, source }) => Object.hasOwn(registerProgram(source, file).inputs, name)))
      throw new ResidentError(`--input ${name}: no program has such an input`, { exitCode: 2 });
}

function print(process: Process, json: boolean): void {
  const { pid, name, state, fault, result, used } = process;
  if (json) console.log(JSON.stringify({ pid, name, state, result, fault, used }));
  else if (fault) console.log(`${name} (${pid}): fault ${fault.code} at ${fault.at}: ${fault.message}`);
  else if (state !== 'ENDED') console.log(`${name} (${pid}): ${state}`);
  else console.log(typeof result === 'string' ? result : JSON.stringify(result, null, 2));
}
