import { ResidentError } from '../../errors.ts';

/** Random access to the bytes of one file, on disk, in memory or behind a browser's Blob. */
export interface ByteSource {
  /** What error messages call it: a path or a URL. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes at `offset`; the caller has checked that they lie inside. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Bytes already in memory. Reads return views, not copies. */
export function memorySource(name: string, bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): ByteSource {
  const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  return {
    name,
    size: all.byteLength,
    read: async (offset, length) => all.subarray(offset, offset + length),
    close: async () => {},
  };
}

/** A browser's File or Blob. */
export function blobSource(name: string, blob: Blob): ByteSource {
  return {
    name,
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    close: async () => {},
  };
}

/**
 * A file on disk (Node only).
 *
 * @throws ResidentError when it is missing, unreadable or not a regular file
 */
export async function fileSource(path: string): Promise<ByteSource> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'no such file' : (cause.code ?? cause.message);
    throw new ResidentError(`${path}: cannot open: ${reason}.`, { cause });
  });
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new ResidentError(`${path}: not a file.`);
  }
  return {
    name: path,
    size: stat.size,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      // One read call may return less than asked for, and never more than 2 GiB.
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, Math.min(length - done, 1 << 30), offset + done);
        if (bytesRead === 0) throw new ResidentError(`${path}: ends early at byte ${offset + done}.`);
        done += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
