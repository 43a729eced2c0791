import { library } from '../library.generated.ts';
import { assembleStages, slotSizes, stageProgram } from '../stage-code.ts';
import { translateStage } from './translate.ts';

/** WGSL of the three stages, which no size of slot changes. Runs at build time. */
export function translateStages(): string[] {
  const { layout } = assembleStages(slotSizes(1024), library);
  return ['tokenize', 'parse', 'generate'].map((entry) => translateStage(stageProgram(), layout, entry).wgsl);
}
