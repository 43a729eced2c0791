import { ResidentError } from '../errors.ts';
import { canonical, sha256 } from './json.ts';
import type { Kernel } from './kernel.ts';
import { replay } from './replay.ts';
import { manifestHashes, referenced } from './travel.ts';

export interface RetentionOptions {
  /** Events younger than this stay, in milliseconds. */
  keepMilliseconds: number;
  now: number;
}

export interface RetentionReport {
  reaped: number;
  events: number;
  versions: number;
  contents: number;
  bytes: number;
  /** Where the history starts now. */
  base: number;
}

/**
 * Forgets history: ended processes are reaped, events older than the limit go, and the state before the oldest one
 * that stays becomes the base from which replay starts. Texts that nothing refers to any more go with them.
 * The history is verified before any of it is removed.
 */
export async function collectGarbage(kernel: Kernel, options: RetentionOptions): Promise<RetentionReport> {
  const { store, machine } = kernel;
  const limit = options.now - options.keepMilliseconds;
  let reaped = 0;
  for (const process of [...machine.processes.values()]) {
    if (process.state !== 'ENDED' || process.ended === null || process.ended > limit) continue;
    const parent = process.parent === null ? undefined : machine.processes.get(process.parent);
    // A parent may still JOIN it.
    if (parent && parent.state !== 'ENDED') continue;
    await kernel.reap(process.pid);
    reaped++;
  }
  const db = store.database;
  const { last } = await db
    .selectFrom('os_events')
    .select((e) => e.fn.max('sequence').as('last'))
    .where('at', '<=', limit)
    .executeTakeFirstOrThrow();
  const before = await store.size();
  const base = await store.base();
  const cutoff = Math.max(base.sequence, Number(last ?? 0));
  const past = await replay(store, { until: cutoff });
  if (past.difference)
    throw new ResidentError(
      `${store.location}: replay differs at step ${past.difference.sequence} (${past.difference.reason}): nothing was removed`,
    );
  const snapshot = canonical(past.machine.toJSON());
  const keep = await referenced(past.machine);
  for (const hash of await referenced(machine)) keep.add(hash);
  keep.add(sha256(snapshot));
  for await (const { event, detail } of store.events({ after: cutoff })) {
    if (detail.window) for (const hash of await manifestHashes(machine, detail.window)) keep.add(hash);
    if (event.kind === 'load') keep.add(event.core);
    if (event.kind === 'edit' && event.edit.what === 'page') keep.add(event.edit.hash);
  }
  const versions = await db.selectFrom('os_versions').selectAll().where('sequence', '>', cutoff).execute();
  for (const version of versions) keep.add(version.hash);
  await db.transaction().execute(async (t) => {
    await t
      .insertInto('os_contents')
      .values({ hash: sha256(snapshot), content: snapshot })
      .onConflict((c) => c.column('hash').doNothing())
      .execute();
    await t
      .updateTable('os_meta')
      .set({ value: sha256(snapshot) })
      .where('key', '=', 'base')
      .execute();
    await t
      .updateTable('os_meta')
      .set({ value: String(cutoff) })
      .where('key', '=', 'base_sequence')
      .execute();
    await t.deleteFrom('os_events').where('sequence', '<=', cutoff).execute();
    await t.deleteFrom('os_versions').where('sequence', '<=', cutoff).execute();
    await t.deleteFrom('os_calls').where('sequence', '<=', cutoff).where('status', '=', 'done').execute();
    const all = await t.selectFrom('os_contents').select('hash').execute();
    const gone = all.map((row) => row.hash).filter((hash) => !keep.has(hash));
    for (let i = 0; i < gone.length; i += 500)
      await t
        .deleteFrom('os_contents')
        .where('hash', 'in', gone.slice(i, i + 500))
        .execute();
  });
  await store.compact();
  const after = await store.size();
  return {
    reaped,
    events: before.events - after.events,
    versions: before.versions - after.versions,
    contents: before.contents - after.contents,
    bytes: before.bytes - after.bytes,
    base: cutoff,
  };
}
