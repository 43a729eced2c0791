export { type CompiledFile, compileFile } from './compile-file.ts';
export { type CompileResult, Compiler, type CompilerOptions, type EncodeOptions } from './compiler.ts';
export { JobMode, JobStage, JobStatus, JobWord } from './constants.ts';
export { type Diagnostic, formatDiagnostic, sourcePlace } from './diagnostics.ts';
export type { SlotSizes } from './stage-code.ts';
