export {
  type AgentModel,
  type AgentOptions,
  type AgentResult,
  type AgentRun,
  type AgentStatistics,
  Agents,
} from './agents.ts';
export { type AgentMain, type HostAgent, type LlmAnswer, type LlmOptions, runHostAgents } from './host.ts';
export { type AgentModelOptions, openAgentModel } from './open.ts';
export { withHeader } from './source.ts';
