export { assemble } from './assemble.ts';
export {
  CONTROL_WORDS,
  ControlWord,
  EXTERNAL_FIRST,
  EXTERNAL_LAST,
  kernelConstants,
  PARAMETER_WORDS,
  ParameterWord,
  RAM_BASE,
  REGISTER_WORDS,
  SHARED_BASE,
  Status,
  TEXT_BASE,
  WaitReason,
  WINDOW_BASE,
} from './constants.ts';
export { DebugSession, LineTable, readLines, writeCore } from './debug/index.ts';
export { describeTrap } from './describe-trap.ts';
export { disassemble, instructionLength } from './disassemble.ts';
export { readElf } from './elf.ts';
export { writeElf } from './elf-write.ts';
export { encodeInstruction } from './encode.ts';
export { type EnvironmentCall, environmentCalls } from './environment-calls.ts';
export {
  Evolution,
  type EvolutionOptions,
  type Generation,
  instructionPatterns,
  type WordPattern,
} from './evolution.ts';
export { findInstruction, type Instruction, immediateOf, instructions } from './isa.ts';
export {
  type ExternalCall,
  type InstanceResult,
  Population,
  type PopulationBuffers,
  type PopulationOptions,
  type RunOptions,
  type Tier,
} from './population.ts';
export { flatProgram, instructionAt, type Program, type SourceLines } from './program.ts';
export { registerNames, registerNumber } from './registers.ts';
export { Snapshot, type SnapshotShape } from './snapshot.ts';
export { type StreamResult, streamInputs } from './stream.ts';
export { trapCauses, trapText } from './traps.ts';
