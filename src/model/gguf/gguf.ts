import { ResidentError } from '../../errors.ts';
import { type GgufTensor, readHeader } from './header.ts';
import { GgufMetadata } from './metadata.ts';
import { type ByteSource, fileSource } from './source.ts';

/** An open GGUF model: metadata of its first file, tensors of all its files. */
export class Gguf {
  /** The file's name in messages. */
  readonly name: string;
  readonly version: number;
  readonly metadata: GgufMetadata;
  /** By name, in file order. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
  readonly #sources: readonly ByteSource[];

  constructor(version: number, metadata: GgufMetadata, tensors: Map<string, GgufTensor>, sources: ByteSource[]) {
    this.name = metadata.fileName;
    this.version = version;
    this.metadata = metadata;
    this.tensors = tensors;
    this.#sources = sources;
  }

  /** @throws ResidentError when the model has no tensor of that name */
  tensor(name: string): GgufTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new ResidentError(`${this.name}: tensor ${name} is missing.`);
    return tensor;
  }

  /**
   * A part of a tensor's bytes, default all of them.
   *
   * @param offset bytes from the tensor's start
   */
  async read(tensor: GgufTensor, offset = 0, length = tensor.byteLength - offset): Promise<Uint8Array<ArrayBuffer>> {
    if (offset < 0 || length < 0 || offset + length > tensor.byteLength) {
      throw new RangeError(`bytes ${offset} to ${offset + length} are outside tensor ${tensor.name}`);
    }
    return tensor.source.read(tensor.offset + offset, length);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.close()));
  }
}

/**
 * Opens a model file, or all files of a split model when `path` is any of its `-00001-of-0000N.gguf` files.
 *
 * @throws ResidentError naming the file, the field and the reason
 */
export async function openGguf(path: string): Promise<Gguf> {
  const first = await fileSource(firstOfSplit(path));
  return openGgufSource(first, (name) => fileSource(name));
}

/**
 * {@link openGguf} over any byte source. Closes the sources when it fails.
 *
 * @param openSibling opens the other files of a split model by name
 */
export async function openGgufSource(
  first: ByteSource,
  openSibling?: (name: string) => Promise<ByteSource>,
): Promise<Gguf> {
  const sources = [first];
  try {
    const header = await readHeader(first);
    const metadata = new GgufMetadata(first.name, header.metadata);
    const tensors = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
    const count = metadata.integer('split.count', 1, { max: 65535 });
    if (count > 1) {
      for (const name of siblings(first.name, count)) {
        if (!openSibling)
          throw new ResidentError(`${first.name}: is one of ${count} files; the others are needed too.`);
        const source = await openSibling(name);
        sources.push(source);
        await addSplit(source, sources.length - 1, tensors);
      }
      const expected = metadata.integer('split.tensors.count', tensors.size);
      if (tensors.size !== expected) {
        throw new ResidentError(`${first.name}: the split has ${tensors.size} tensors, but should have ${expected}.`);
      }
    }
    return new Gguf(header.version, metadata, tensors, sources);
  } catch (error) {
    await Promise.all(sources.map((source) => source.close()));
    throw error;
  }
}

async function addSplit(source: ByteSource, index: number, tensors: Map<string, GgufTensor>): Promise<void> {
  const header = await readHeader(source);
  const number = new GgufMetadata(source.name, header.metadata).integer('split.no', -1, { min: 0, max: 65535 });
  if (number !== index) throw new ResidentError(`${source.name}: split.no is ${number}, but should be ${index}.`);
  for (const tensor of header.tensors) {
    if (tensors.has(tensor.name)) throw new ResidentError(`${source.name}: tensor ${tensor.name} is in two files.`);
    tensors.set(tensor.name, tensor);
  }
}

const splitName = /-(\d{5})-of-(\d{5})\.gguf$/;

function firstOfSplit(path: string): string {
  return path.replace(splitName, '-00001-of-$2.gguf');
}

function siblings(first: string, count: number): string[] {
  const total = String(count).padStart(5, '0');
  if (splitName.exec(first)?.[2] !== total) {
    throw new ResidentError(
      `${first}: is the first of ${count} files, so its name must end in -00001-of-${total}.gguf.`,
    );
  }
  return Array.from({ length: count - 1 }, (_, i) =>
    first.replace(splitName, `-${String(i + 2).padStart(5, '0')}-of-${total}.gguf`),
  );
}
