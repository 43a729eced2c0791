export type { KeyValueCache } from './cache.ts';
export { type ModelConfig, readConfig } from './config.ts';
export { Engine, type EngineBuffers, type EngineOptions, type EngineStatistics, type StartOptions } from './engine.ts';
export type { SharedPrefix } from './prefix.ts';
export { Snapshot } from './readback.ts';
export { formatConstants } from './resources.ts';
export { type Task, TaskLoop, type TaskResult } from './tasks.ts';
