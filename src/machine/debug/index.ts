export { type CoreContents, writeCore } from './core.ts';
export { type GdbConnection, GdbServer } from './gdb-server.ts';
export { LineTable, readLines, type SourceLine } from './lines.ts';
export { DebugSession, type MemoryRegion, type RegisterState, type Stop, type TraceRecord } from './session.ts';
export { signalOfTrap, targetDescription } from './target.ts';
export { hex, TraceText, traceLineText } from './trace-text.ts';
