import type { ChatTemplate } from '../model/template.ts';
import type { Tokenizer } from '../model/tokenizer/index.ts';
import type { GenerationBackend } from './backend.ts';

/** One model as the HTTP floor sees it. */
export interface ModelService {
  /** The name that requests call it by. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly backend: GenerationBackend;
  readonly tokenizer: Tokenizer;
  /** Undefined when the model has no chat template. */
  readonly template: ChatTemplate | undefined;
  /** Whether the template writes tools itself. */
  readonly templateHasTools: boolean;
}
