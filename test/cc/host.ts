// Compiles with the reference stage machine, in plain TypeScript: the oracle for the kernel.
import { JobMode, JobStatus, JobWord } from '../../src/cc/constants.ts';
import { type Diagnostic, readDiagnostics } from '../../src/cc/diagnostics.ts';
import type { StageCode } from '../../src/cc/rules/assemble.ts';
import { runStage } from '../../src/cc/rules/reference.ts';
import { type SlotSizes, stageCode } from '../../src/cc/stage-code.ts';
import { CONTROL_WORDS, ControlWord } from '../../src/machine/index.ts';
import type { Rv32Program } from './rv32.ts';

export interface HostCompile {
  ok: boolean;
  diagnostics: Diagnostic[];
  job: Uint32Array;
  work: Uint32Array;
  program: Rv32Program;
}

export class HostCompiler {
  readonly image: StageCode;
  readonly sizes: SlotSizes;
  profile: Uint32Array | undefined;

  constructor(sizes: SlotSizes) {
    this.sizes = sizes;
    this.image = stageCode(sizes);
  }

  compile(source: string, mode: number = JobMode.PROGRAM): HostCompile {
    const { image, sizes } = this;
    const job = new Uint32Array(JobWord.DIAGNOSTICS + sizes.diagnosticBytes / 4);
    const bytes = new TextEncoder().encode(source);
    const memory = {
      work: new Uint32Array(image.workWords).fill(0xdeadbeef),
      source: bytes,
      text: new Uint32Array(sizes.textBytes / 4),
      job,
      control: new Uint32Array(CONTROL_WORDS),
      ownTextWord: image.addresses.own_text ?? 0,
    };
    job[JobWord.STATUS] = JobStatus.PENDING;
    job[JobWord.SOURCE_LENGTH] = bytes.length;
    job[JobWord.MODE] = mode;
    for (const entry of ['tokenize', 'parse', 'generate']) {
      job[JobWord.STEPS]! += runStage(image, entry, memory, 500_000_000, this.profile);
      if (job[JobWord.STATUS] !== JobStatus.PENDING) break;
    }
    return {
      ok: job[JobWord.STATUS] === JobStatus.DONE,
      diagnostics: readDiagnostics(job),
      job,
      work: memory.work,
      program: {
        text: memory.text,
        textBytes: memory.control[ControlWord.TEXT_LENGTH]!,
        entry: memory.control[ControlWord.ENTRY]!,
        dataOffset: memory.control[ControlWord.DATA_OFFSET]!,
        dataLength: memory.control[ControlWord.DATA_LENGTH]!,
        staticLength: memory.control[ControlWord.STATIC_LENGTH]!,
      },
    };
  }
}
