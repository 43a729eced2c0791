export {
  CONTROL_WORDS,
  ControlWord,
  kernelConstants,
  PARAMETER_WORDS,
  ParameterWord,
  RAM_BASE,
  REGISTER_WORDS,
  Status,
  TEXT_BASE,
  WaitReason,
} from './constants.ts';
export { readElf } from './elf.ts';
export { type EnvironmentCall, environmentCalls } from './environment-calls.ts';
export { findInstruction, type Instruction, instructions } from './isa.ts';
export {
  type InstanceResult,
  Population,
  type PopulationBuffers,
  type PopulationOptions,
  type RunOptions,
} from './population.ts';
export { flatProgram, type Program } from './program.ts';
export { trapCauses, trapText } from './traps.ts';
