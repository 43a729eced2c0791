import { createReadStream, existsSync, openSync, rmSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ResidentError } from '../../errors.ts';
import { openStore, type Store } from '../store/store.ts';
import { exportStore, importStore } from '../store/transfer.ts';
import { replayStore } from './control.ts';

/** `resident os export`: to a file, or to standard output. @returns lines */
export async function exportTo(store: Store, file?: string): Promise<number> {
  const descriptor = file === undefined ? 1 : openSync(file, 'w');
  let lines = 0;
  for await (const line of exportStore(store)) {
    writeSync(descriptor, `${line}\n`);
    lines++;
  }
  return lines;
}

/**
 * `resident os import`: makes a store from an exported machine and replays it, so that a file that was changed on its
 * way is found out.
 *
 * @returns exit code: 1 if a state differs
 */
export async function importFrom(file: string, location: string, json: boolean): Promise<number> {
  if (!existsSync(file)) throw new ResidentError(`${file}: there is no such file`, { exitCode: 2 });
  if (!location.includes('://') && existsSync(location))
    throw new ResidentError(`${location}: is there already; import into a new store`, { exitCode: 2 });
  const store = await openStore(location);
  try {
    await importStore(store, createInterface({ input: createReadStream(file) }));
    return await replayStore(store, { json });
  } catch (error) {
    if (!location.includes('://')) for (const end of ['', '-wal', '-shm']) rmSync(location + end, { force: true });
    throw error instanceof ResidentError ? new ResidentError(`${file}: ${error.message}`, { cause: error }) : error;
  } finally {
    await store.close();
  }
}
