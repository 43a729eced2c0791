// What the kernels do with hostile input, as digests of everything they wrote, to be compared between devices.
import { createHash } from 'node:crypto';
import { Compiler, JobMode } from '../../src/cc/index.ts';
import { demoProblems, shippedModel } from '../../src/cli/package-files.ts';
import { readProblems } from '../../src/cli/problems.ts';
import { Chain, type Gpu, readBuffer, writeBuffer } from '../../src/gpu/index.ts';
import { InstancePool } from '../../src/inband/index.ts';
import {
  ControlWord,
  environmentCalls,
  flatProgram,
  instructions,
  Population,
  type PopulationOptions,
  RAM_BASE,
  SHARED_BASE,
  Snapshot,
  Status,
  TEXT_BASE,
} from '../../src/machine/index.ts';
import { Engine } from '../../src/model/engine/index.ts';
import { openGguf } from '../../src/model/gguf/index.ts';
import { type MixName, type SyntheticShape, syntheticGguf } from '../../src/model/gguf/synthetic.ts';
import { encode } from '../machine/helpers.ts';

/** Names and what came out; equal on two devices if they agree in every bit. */
export type Outcome = Record<string, string>;

export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let t = state ^ (state >>> 15);
    t = Math.imul(t, 0x2c1b3c6d);
    return (t ^ (t >>> 13)) >>> 0;
  };
}

const digest = (bytes: ArrayBuffer | ArrayBufferView) =>
  createHash('sha256')
    .update(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : new Uint8Array(bytes.buffer))
    .digest('hex')
    .slice(0, 16);

const ramBytes = 512;
const textBytes = 160;

/** Random instructions and environment calls with addresses around every edge of the memory map. */
function hostileText(next: () => number): Uint8Array {
  const words: number[] = [];
  const edges = [RAM_BASE, RAM_BASE + ramBytes, TEXT_BASE, TEXT_BASE + textBytes, SHARED_BASE, SHARED_BASE + 256];
  const pick = <T>(list: readonly T[]): T => list[next() % list.length]!;
  for (const register of [10, 11, 12, 13]) {
    const address = pick([...edges, 0, 0xfffffff0, 0x80000000, next(), next() % 600]);
    const value = address + ((next() % 17) - 8);
    words.push(
      encode('lui', { rd: register, imm: (value + 0x800) & 0xfffff000 }),
      encode('addi', { rd: register, rs1: register, imm: (value << 20) >> 20 }),
    );
  }
  const call = pick(environmentCalls).number;
  words.push(
    encode('lui', { rd: 17, imm: (call + 0x800) & 0xfffff000 }),
    encode('addi', { rd: 17, rs1: 17, imm: (call << 20) >> 20 }),
  );
  while (words.length < textBytes / 4) {
    const kind = next() % 10;
    if (kind === 0) words.push(next());
    else if (kind < 3) words.push(encode('ecall'));
    else {
      const { name } = pick(instructions);
      words.push(encode(name, { rd: next() % 32, rs1: 8 + (next() % 8), rs2: next() % 32, imm: next() | 0 }));
    }
  }
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/**
 * Programs in every second instance, canaries in the others.
 *
 * @param meet instances share RAM and mailboxes; then the order in which they meet decides, and there is no digest
 */
export async function hostilePrograms(
  gpu: Gpu,
  instances: number,
  meet: boolean,
  options: Partial<PopulationOptions> = {},
): Promise<Outcome> {
  const population = await Population.create(gpu, {
    ...{ instances, textBytes, ramBytes, outputBytes: 64, inputBytes: 24, lanes: 8, codeBytes: 64, compressed: true },
    ...(meet ? { sharedBytes: 256, mailbox: { slots: 2, messageBytes: 8 } } : {}),
    ...options,
  });
  await population.prepareNumbers();
  const next = random(meet ? 11 : 10);
  const canary = (buffer: GPUBuffer) =>
    writeBuffer(
      gpu,
      buffer,
      new Uint8Array(buffer.size).map((_, i) => (i * 31 + 7) & 0xff),
    );
  canary(population.buffers.ram);
  canary(population.buffers.output);
  for (let i = 0; i < instances; i += 2) {
    population.load(i, flatProgram(hostileText(next)), {
      maxInstructions: 400n,
      input: new Uint8Array(i % 25).fill(i),
    });
  }
  for (let round = 0; round < 6; round++) {
    const chain = new Chain(gpu);
    population.encode(chain, { quanta: 8, instructionsPerQuantum: 64 });
    chain.submit();
  }
  const { ram, output, control, registers } = population.buffers;
  const words = new Uint8Array(await readBuffer(gpu, ram));
  const lanes = population.ramInterleave;
  let touched = 0;
  for (let i = 1; i < instances; i += 2) {
    for (let byte = 0; byte < ramBytes; byte++) {
      const word = Math.floor(i / lanes) * lanes * (ramBytes / 4) + (byte >> 2) * lanes + (i % lanes);
      const at = word * 4 + (byte & 3);
      if (words[at] !== ((at * 31 + 7) & 0xff)) touched++;
    }
  }
  const outcome: Outcome = { touched: String(touched) };
  if (!meet) {
    outcome.ram = digest(words);
    outcome.output = digest(await readBuffer(gpu, output));
    outcome.control = digest(await readBuffer(gpu, control));
    outcome.registers = digest(await readBuffer(gpu, registers));
  }
  population.destroy();
  return outcome;
}

/** Snapshots whose decoded code, control words and registers are noise that `restore` lets pass. */
export async function damagedSnapshots(gpu: Gpu, instances: number): Promise<Outcome> {
  const population = await Population.create(gpu, {
    ...{
      instances,
      textBytes: 64,
      ramBytes,
      outputBytes: 64,
      inputBytes: 24,
      lanes: 8,
      codeBytes: 64,
      compressed: true,
    },
    external: true,
  });
  const next = random(14);
  population.load(0, flatProgram(hostileText(next).subarray(0, 64)), { maxInstructions: 400n });
  const chain = new Chain(gpu);
  population.encode(chain, { quanta: 1, instructionsPerQuantum: 1 });
  chain.submit();
  const good = await population.snapshot(0);
  let restored = 0;
  for (let i = 1; i < instances; i++) {
    const snapshot = Snapshot.fromBytes(good.toBytes());
    for (let op = 0; op < snapshot.microOps.length; op += 2) {
      const [rd, rs1, rs2, slots] = [1 + (next() % 64), next() % 64, next() % 64, 1 + (next() % 2)];
      snapshot.microOps[op] = (next() % 160) | (rd << 8) | (rs1 << 15) | (rs2 << 22) | (slots << 29);
      snapshot.microOps[op + 1] = next() % 3 === 0 ? next() : next() % 700;
    }
    for (let register = 0; register < 64; register++)
      snapshot.registers[register] = [next(), RAM_BASE + (next() % 600)][next() % 2]!;
    snapshot.registers[17] = environmentCalls[next() % environmentCalls.length]!.number;
    const { control } = snapshot;
    control[ControlWord.STATUS] = [Status.RUNNING, Status.SERVICE, Status.DECODE, Status.LOAD, Status.WAITING][
      next() % 5
    ]!;
    control[ControlWord.WAIT_REASON] = next() % 8;
    control[ControlWord.PC] = [next(), TEXT_BASE + (next() % 100), RAM_BASE + (next() % 600)][next() % 3]!;
    control[ControlWord.STATIC_LENGTH] = next() % (ramBytes + 1);
    control[ControlWord.BREAK] = RAM_BASE + (next() % (ramBytes + 1));
    control[ControlWord.CODE_BASE] = RAM_BASE + (next() % 112) * 4;
    control[ControlWord.CODE_LENGTH] = (next() % 17) * 4;
    control[ControlWord.DATA_LENGTH] = next() % 80;
    control[ControlWord.ENTRY] = next() % 80;
    await population.restore(i, snapshot);
    restored++;
  }
  for (let round = 0; round < 3; round++) {
    const more = new Chain(gpu);
    population.encode(more, { quanta: 8, instructionsPerQuantum: 64 });
    more.submit();
  }
  const { ram, output, control, registers } = population.buffers;
  const outcome = {
    restored: String(restored),
    ram: digest(await readBuffer(gpu, ram)),
    output: digest(await readBuffer(gpu, output)),
    control: digest(await readBuffer(gpu, control)),
    registers: digest(await readBuffer(gpu, registers)),
  };
  population.destroy();
  return outcome;
}

const wholeSources = [
  'int f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\nint main(void) { return f(12) & 127; }',
  '#include <stdio.h>\n#define SQUARE(x) ((x) * (x))\nstruct point { int x, y; double z; } p[3] = {{1, 2, .5}};\nint main(void) { for (int i = 0; i < 3; i++) { p[i].x += SQUARE(i); printf("%d %g\\n", p[i].x, p[i].z); } }',
  '#include <string.h>\nstatic char s[] = "text\\x41\\n";\nenum { A = 3, B };\nunion u { long long l; char c[8]; };\nint main(void) { union u v = {.l = 1LL << 40}; switch (strlen(s)) { case A: return 1; default: goto end; }\nend: return v.c[5] + B; }',
  'typedef int (*op)(int, int);\nint add(int a, int b) { return a + b; }\nop table[2] = {add, add};\nint main(void) { int a[2][3] = {{1}, {4, 5}}; do a[1][1]--; while (a[1][1] > 0); return table[1](a[0][0], (int)sizeof a); }',
];

/** A source with some of its bytes removed, doubled, replaced or cut off. */
function broken(source: string, next: () => number): string {
  const bytes = [...Buffer.from(source)];
  const tokens = [
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '#',
    '"',
    "'",
    '\\',
    '/*',
    'struct',
    '0x',
    '1e',
    ';',
    '...',
    '\0',
    '\xff',
  ];
  for (let change = next() % 4; change > 0; change--) {
    const at = next() % bytes.length;
    const kind = next() % 5;
    if (kind === 0) bytes.splice(at, 1 + (next() % 8));
    else if (kind === 1) bytes.splice(at, 0, ...bytes.slice(at, at + (next() % 40)));
    else if (kind === 2) bytes[at] = next() & 0xff;
    else if (kind === 3) bytes.splice(at, 0, ...Buffer.from(tokens[next() % tokens.length]!, 'latin1'));
    else bytes.length = Math.max(1, at);
    if (bytes.length === 0) bytes.push(0);
  }
  return Buffer.from(bytes.slice(0, 512)).toString('latin1');
}

/** Sources that are wrong in many ways, in slots with small tables; what compiles is run. */
export async function brokenSources(gpu: Gpu, slots: number): Promise<Outcome> {
  const population = await Population.create(gpu, { instances: slots, ramBytes: 8192, textBytes: 24576, float: true });
  await population.prepareNumbers();
  const sizes = { tokens: 256, nodes: 200, stackWords: 1024, diagnosticBytes: 128 };
  const compiler = await Compiler.create(gpu, { population, sourceBytes: 512, sizes });
  const next = random(12);
  for (let slot = 0; slot < slots; slot++) {
    const source = broken(wholeSources[slot % wholeSources.length]!, next);
    const mode = slot % 7 === 0 ? JobMode.EXPRESSION : JobMode.PROGRAM;
    compiler.submit(slot, Buffer.from(source, 'latin1'), { mode, budget: 20_000n });
  }
  const chain = new Chain(gpu);
  compiler.encode(chain, { quanta: 4, steps: 65536 });
  population.encode(chain, { quanta: 8, instructionsPerQuantum: 4000 });
  chain.submit();
  const outcome = {
    jobs: digest(await readBuffer(gpu, compiler.buffers.jobs)),
    text: digest(await readBuffer(gpu, population.buffers.text)),
    control: digest(await readBuffer(gpu, population.buffers.control)),
    output: digest(await readBuffer(gpu, population.buffers.output)),
    done: String((await compiler.results()).filter(({ status }) => status === 'done').length),
  };
  compiler.destroy();
  population.destroy();
  return outcome;
}

/** Sizes that end in the middle of every tile: rows, columns, heads, pages and the vocabulary. */
export const oddModels: readonly { shape: SyntheticShape; mix: MixName }[] = [
  {
    shape: { layers: 1, width: 96, feedForward: 160, heads: 6, kvHeads: 2, head: 16, vocabulary: 515, tied: false },
    mix: 'Q8_0',
  },
  {
    shape: { layers: 2, width: 288, feedForward: 352, heads: 9, kvHeads: 3, head: 32, vocabulary: 301, tied: true },
    mix: 'Q4_K_M',
  },
];

/** Instances with prompts of odd lengths generate until their contexts are full. */
export async function oddSizes(
  gpu: Gpu,
  model: (typeof oddModels)[number],
  path: 'portable' | 'fast',
): Promise<Outcome> {
  const gguf = await syntheticGguf(model.shape, model.mix);
  const instances = 5;
  const engine = await Engine.load(gpu, gguf, { instances, contextLength: 48, rows: 11, path });
  const next = random(13);
  for (let i = 0; i < instances; i++) {
    const prompt = Array.from({ length: [1, 17, 46, 47, 9][i]! }, () => next() % model.shape.vocabulary);
    const temperature = i % 2;
    engine.start(i, prompt, { temperature, topK: i === 1 ? 40 : 0, topP: 0.9, seed: i, ignoreStop: true });
  }
  const end = await engine.run(8);
  const outcome = {
    tokens: Array.from({ length: instances }, (_, i) => [...end.tokens(i)].join(' ')).join('\n'),
    logits: digest(await readBuffer(gpu, engine.buffers.logits)),
  };
  engine.destroy();
  await gguf.close();
  return outcome;
}

/** More requests than instances, with programs in the token stream. */
export async function pool(gpu: Gpu): Promise<Outcome> {
  const gguf = await openGguf(shippedModel());
  const instances = await InstancePool.open(gpu, gguf, { instances: 6, contextLength: 160 });
  await gguf.close();
  const problems = await readProblems(demoProblems());
  const requests = problems.slice(0, 9).map(({ question }, seed) => ({
    prompt: instances.tokenizer.encode(question),
    maxTokens: 40,
    temperature: seed % 2,
    topK: 20,
    seed,
  }));
  // A region that every instance closes by itself: the end of the prompt and the beginning of the answer.
  const { results, statistics } = await instances.generate(requests);
  const outcome = {
    texts: results.map(({ text, finish }) => `${finish} ${text}`).join('\n'),
    instructions: String(statistics.instructions),
  };
  instances.destroy();
  return outcome;
}
