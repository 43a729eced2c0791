// The library: what `import ... from 'residentvm'` gives, in Node and in browsers.
export {
  type AgentMain,
  type AgentModel,
  type AgentOptions,
  type AgentRun,
  Agents,
  type HostAgent,
  openAgentModel,
  runHostAgents,
} from './agents/index.ts';
export { Compiler } from './cc/index.ts';
export { ResidentError } from './errors.ts';
export { Chain, ChainTimer, type Gpu, type OpenGpuOptions, openGpu } from './gpu/index.ts';
export {
  type GenerateRequest,
  type GenerateResult,
  InstancePool,
  type PoolOptions,
  type Progress,
  type RunStatistics,
} from './inband/index.ts';
export { flatProgram, type InstanceResult, Population, type PopulationOptions, readElf } from './machine/index.ts';
export { Engine, type EngineOptions, Snapshot, type StartOptions } from './model/engine/index.ts';
export { blobSource, type Gguf, memorySource, openGguf, openGgufSource } from './model/gguf/index.ts';
export { ChatTemplate, promptTokens } from './model/template.ts';
export { Tokenizer } from './model/tokenizer/index.ts';
