export { defaultBudget, modelWindow } from './constants.ts';
export { Inband, type InbandOptions, type InbandStatistics } from './inband.ts';
export {
  type GenerateRequest,
  type GenerateResult,
  InstancePool,
  type InstanceState,
  type PoolOptions,
  type Progress,
  type RunStatistics,
} from './pool.ts';
export { findRegions, type Region, RegionScanner } from './regions.ts';
export { type ProgramRequest, type ProgramRun, runProgram } from './run-program.ts';
