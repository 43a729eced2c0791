import { randomUUID } from 'node:crypto';
import { ResidentError } from '../errors.ts';
import type { Machine } from './machine.ts';
import { replay } from './replay.ts';
import { programByHash, programOf } from './step.ts';
import type { Store } from './store/store.ts';

// Time travel: a store at any retained step becomes the start of another machine.

/**
 * Every text that a state refers to.
 * @returns addresses; texts that only events refer to are not among them
 */
export async function referenced(machine: Machine): Promise<Set<string>> {
  const hashes = new Set<string>();
  for (const page of machine.pages.values()) if (page.hash) hashes.add(page.hash);
  for (const table of machine.mappings.values()) for (const m of table.values()) if (m.hash) hashes.add(m.hash);
  for (const { window } of machine.processes.values())
    if (window) for (const hash of await manifestHashes(machine, window)) hashes.add(hash);
  return hashes;
}

/** A manifest and the segments that it names. */
export async function manifestHashes(machine: Pick<Machine, 'contents'>, manifest: string): Promise<string[]> {
  const entries = JSON.parse(await machine.contents.get(manifest)) as [string, string, string, number][];
  return [manifest, ...entries.map(([, , hash]) => hash)];
}

/**
 * Makes another store that holds the whole machine as it was after a step: every process, page, page table and
 * message of that moment, verified on the way. It has an id of its own, so its calls have keys of their own.
 * @throws ResidentError if the step is not retained or the replay differs
 */
export async function forkStore(source: Store, at: number, target: Store): Promise<Machine> {
  const { machine, difference } = await replay(source, { until: at });
  if (difference)
    throw new ResidentError(`${source.location}: replay differs at step ${difference.sequence}: ${difference.reason}`);
  machine.id = randomUUID();
  const contents: string[] = [];
  for (const hash of await referenced(machine)) contents.push(await machine.contents.get(hash));
  const programs = new Map(
    [...machine.processes.values()].map(programOf).map((program) => [program.hash, program] as const),
  );
  for (const hash of machine.programs.values()) programs.set(hash, programByHash(hash));
  await target.plant(machine, contents, programs.values());
  return machine;
}
