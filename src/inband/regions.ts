/** One region of code in generated text. */
export interface Region {
  mode: 'expression' | 'program';
  source: string;
}

type State = 'outside' | 'tag' | 'expression' | 'program';

const ascii = (text: string) => [...text].reduce((word, c) => ((word << 8) | c.charCodeAt(0)) >>> 0, 0);
const OPEN_EXPRESSION = ascii('[C:');
const OPEN_FENCE = ascii('```c');
const CLOSE_FENCE = ascii('\n```');

/**
 * Finds regions in a stream of bytes: `[C: expression]` on one line, and a block fenced by three backticks
 * and tagged `c`. The plain reference of `kernels/watch.wesl`, byte for byte.
 */
export class RegionScanner {
  #state: State = 'outside';
  #window = 0;
  #depth = 0;
  #quote = 0;
  #source: number[] = [];

  /** Feeds one byte; returns the region that it closes, if any. */
  feed(byte: number): Region | undefined {
    this.#window = ((this.#window << 8) | byte) >>> 0;
    switch (this.#state) {
      case 'outside':
        if ((this.#window & 0xffffff) === OPEN_EXPRESSION) this.#enter('expression');
        else if (this.#window === OPEN_FENCE) this.#state = 'tag';
        return undefined;
      case 'tag':
        // The tag is `c` alone: ```cpp opens no region.
        if (byte === 10) this.#enter('program');
        else if (byte !== 13 && byte !== 32) this.#state = 'outside';
        return undefined;
      case 'expression':
        return this.#expressionByte(byte);
      case 'program':
        return this.#programByte(byte);
    }
  }

  #enter(state: 'expression' | 'program'): void {
    this.#state = state;
    this.#depth = 0;
    this.#quote = 0;
    this.#source = [];
    // A program may be empty: the newline of its tag is the one before its closing fence.
    if (state === 'expression') this.#window = 0;
  }

  #expressionByte(byte: number): Region | undefined {
    if (byte === 10) {
      // An expression region ends on its line, so that an unclosed one never swallows the text after it.
      this.#leave();
      return undefined;
    }
    if (this.#quote > 0) {
      if (this.#quote >= 256) this.#quote -= 256;
      else if (byte === 92) this.#quote += 256;
      else if (byte === this.#quote) this.#quote = 0;
    } else if (byte === 34 || byte === 39) {
      this.#quote = byte;
    } else if (byte === 91) {
      this.#depth++;
    } else if (byte === 93) {
      if (this.#depth === 0) return this.#close('expression', this.#source.length);
      this.#depth--;
    }
    this.#source.push(byte);
    return undefined;
  }

  #programByte(byte: number): Region | undefined {
    this.#source.push(byte);
    if (this.#window !== CLOSE_FENCE) return undefined;
    return this.#close('program', Math.max(0, this.#source.length - 4));
  }

  #close(mode: Region['mode'], length: number): Region {
    const source = new TextDecoder().decode(Uint8Array.from(this.#source.slice(0, length)));
    this.#leave();
    return { mode, source };
  }

  #leave(): void {
    this.#state = 'outside';
    this.#window = 0;
  }
}

/** All regions that `text` closes. */
export function findRegions(text: string): Region[] {
  const scanner = new RegionScanner();
  const regions: Region[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    const region = scanner.feed(byte);
    if (region) regions.push(region);
  }
  return regions;
}
