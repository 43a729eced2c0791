import { waitForGpu } from './wait.ts';

/**
 * Finds accesses outside of arrays: rewrites WGSL so that every index into a storage buffer, a workgroup array, a
 * private or local array or a vector is compared with the length and counted when it is not below it. A tool for tests
 * of `boundsChecks: 'own'`, under which nothing else notices such an access. Kernels become several times slower.
 */

/** Where an index was outside. */
export interface OutsideAccess {
  readonly kernel: string;
  /** The access as it stands in the linked source. */
  readonly source: string;
  readonly count: number;
  /** One of the indices, as an unsigned number. */
  readonly index: number;
}

/** Binding number of the report's buffer, over all that kernels use. */
export const REPORT_BINDING = 999;

/** Accesses of all kernels of a device together; further ones share the last counter. */
export const REPORT_SITES = 16_384;

const checkFunction = `
@group(0) @binding(${REPORT_BINDING}) var<storage, read_write> outside_accesses: array<atomic<u32>, ${REPORT_SITES * 2}>;
fn checked_index(index: u32, length: u32, site: u32) -> u32 {
  if (index < length) { return index; }
  atomicAdd(&outside_accesses[site * 2u], 1u);
  atomicStore(&outside_accesses[site * 2u + 1u], index);
  return max(length, 1u) - 1u;
}
`;

interface Indexable {
  /** WGSL expression of the length. */
  readonly length: string;
  readonly element: string;
}

/** Rewrites `wgsl`; `site` gives the number under which an access is counted. */
export function instrument(wgsl: string, site: (source: string) => number): string {
  const text = wgsl.replace(/\/\/.*$/gm, '');
  const aliases = new Map(
    [...text.matchAll(/\balias\s+(\w+)\s*=\s*([^;]+);/g)].map(([, name, type]) => [name!, type!]),
  );
  const resolve = (type: string): string => aliases.get(type.trim()) ?? type.trim();
  const known = new Map<string, Indexable>();
  for (const { index, 0: whole, 1: name, 2: start } of text.matchAll(
    /\b(?:var(?:<[^>]*>)?|let|const)\s+(\w+)\s*(?::\s*|=\s*)(\w+)/g,
  )) {
    const at = index + whole.length - start!.length;
    const type = resolve(start === 'array' ? `array${balanced(text, at + 5, '<', '>')}` : start!);
    const indexable = shapeOf(type, name!);
    if (indexable) known.set(name!, indexable);
  }
  const rewritten = rewrite(text, known, resolve, site);
  return rewritten === text ? wgsl : placeAfterDirectives(rewritten, checkFunction);
}

function shapeOf(type: string, name: string): Indexable | undefined {
  const vector = /^vec([234])/.exec(type);
  if (vector) return { length: `${vector[1]}u`, element: 'f32' };
  if (!type.startsWith('array<')) return undefined;
  const inner = type.slice(6, -1);
  const comma = topLevelComma(inner);
  if (comma < 0) return { length: `arrayLength(&${name})`, element: inner };
  return { length: `u32(${inner.slice(comma + 1).trim()})`, element: inner.slice(0, comma).trim() };
}

function rewrite(
  text: string,
  known: ReadonlyMap<string, Indexable>,
  resolve: (type: string) => string,
  site: (source: string) => number,
): string {
  let result = '';
  let at = 0;
  for (const match of text.matchAll(/\b(\w+)\[/g)) {
    if (match.index < at) continue;
    let shape = known.get(match[1]!);
    // A member of a structure with the name of an array is another thing.
    if (!shape || text[match.index - 1] === '.') continue;
    result += text.slice(at, match.index) + match[1];
    at = match.index + match[1]!.length;
    while (shape && text[at] === '[') {
      const whole = balanced(text, at, '[', ']');
      const index = whole.slice(1, -1);
      const source = text.slice(match.index, at + whole.length).replace(/\s+/g, ' ');
      const inner = rewrite(index, known, resolve, site);
      const literal = /^\s*\d+u?\s*$/.test(index) && !shape.length.startsWith('arrayLength');
      result += literal ? whole : `[checked_index(u32(${inner}), ${shape.length}, ${site(source)}u)]`;
      at += whole.length;
      shape = shapeOf(resolve(shape.element), '');
    }
  }
  return result + text.slice(at);
}

/** The text from the bracket at `at` to the one that closes it. */
function balanced(text: string, at: number, open: string, close: string): string {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return text.slice(at, i + 1);
  }
  throw new Error(`no ${close} for the ${open} at ${at}`);
}

function topLevelComma(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '<') depth++;
    else if (text[i] === '>') depth--;
    else if (text[i] === ',' && depth === 0) return i;
  }
  return -1;
}

function placeAfterDirectives(text: string, addition: string): string {
  let end = 0;
  for (const match of text.matchAll(/^\s*(enable|requires|diagnostic)\b[^;]*;/gm)) end = match.index + match[0].length;
  return text.slice(0, end) + addition + text.slice(end);
}

/** The counters of one device, and which access each belongs to. */
export class BoundsReport {
  readonly buffer: GPUBuffer;
  readonly #device: GPUDevice;
  readonly #accesses: { kernel: string; source: string }[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    this.buffer = device.createBuffer({ label: 'bounds report', size: REPORT_SITES * 8, usage });
  }

  instrument(wgsl: string, kernel: string): string {
    return instrument(wgsl, (source) => Math.min(this.#accesses.push({ kernel, source }), REPORT_SITES) - 1);
  }

  /** Prints each access on stderr when it is first found outside, until `stop` says that the device is gone. */
  watch(stop: () => boolean): void {
    const printed = new Set<string>();
    let reading = false;
    const timer = setInterval(async () => {
      if (stop()) clearInterval(timer);
      if (stop() || reading) return;
      reading = true;
      const found = await this.read().catch(() => []);
      reading = false;
      for (const { kernel, source, index } of found) {
        const line = `outside access: kernel ${kernel}: ${source}, index ${index}`;
        const key = `${kernel} ${source}`;
        if (!printed.has(key)) console.error(line);
        printed.add(key);
      }
    }, 250);
    (timer as { unref?: () => void }).unref?.();
  }

  /** Accesses that were outside so far, after all submitted work. */
  async read(): Promise<OutsideAccess[]> {
    const size = REPORT_SITES * 8;
    const staging = this.#device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.buffer, 0, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    await waitForGpu(staging.mapAsync(GPUMapMode.READ));
    const words = new Uint32Array(staging.getMappedRange());
    const found = this.#accesses.flatMap(({ kernel, source }, i) =>
      words[i * 2] ? [{ kernel, source, count: words[i * 2]!, index: words[i * 2 + 1]! }] : [],
    );
    staging.destroy();
    return found;
  }
}
