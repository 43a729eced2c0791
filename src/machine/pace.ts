/**
 * How much work goes into one submit, so that it takes about 50 ms: first more quanta, then longer ones, and when those
 * are long and still end early (because instances stop at environment calls) more of them. The first submits are short,
 * so that little is wasted on programs that end soon; they grow as time passes.
 */
export class Pace {
  quanta = 4;
  instructionsPerQuantum = 4096;

  /** @param milliseconds that the last submit took */
  adjust(milliseconds: number): void {
    if (milliseconds < 25) {
      const growth = milliseconds < 6 ? 4 : 2;
      if (this.quanta < 32 || this.instructionsPerQuantum === 1 << 20) {
        this.quanta = Math.min(this.quanta * growth, 512);
      } else {
        this.instructionsPerQuantum = Math.min(this.instructionsPerQuantum * growth, 1 << 20);
      }
    } else if (milliseconds > 100) {
      if (this.instructionsPerQuantum > 4096) {
        this.instructionsPerQuantum = Math.max(4096, this.instructionsPerQuantum >> 1);
      } else {
        this.quanta = Math.max(2, this.quanta >> 1);
      }
    }
  }
}
