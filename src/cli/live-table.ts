/** Rewrites a block of lines in place on a terminal; at most as many as fit on the screen. */
export class LiveTable {
  readonly #stream: NodeJS.WriteStream;
  #height = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    stream.write('\x1b[?25l');
  }

  /** Shows `lines`, cut to the terminal's width; when there are too many, the last line says how many are hidden. */
  show(lines: readonly string[]): void {
    const rows = Math.max(2, (this.#stream.rows ?? 24) - 1);
    const columns = (this.#stream.columns ?? 80) - 1;
    const fitting = lines.length <= rows ? lines : [...lines.slice(0, rows - 1), `... ${lines.length - rows + 1} more`];
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    this.#stream.write(up + fitting.map((line) => `\x1b[2K${line.slice(0, columns)}\n`).join(''));
    this.#height = fitting.length;
  }

  /** Leaves the last state on the screen and gives the cursor back. */
  close(): void {
    this.#stream.write('\x1b[?25h');
  }
}
