/**
 * Turns a stream of bytes into text as it arrives: bytes that may still become a character are held back, bytes that
 * cannot are U+FFFD at once.
 */
export class StreamingUtf8 {
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** The text that `bytes` complete. */
  push(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What is left at the end: U+FFFD for an incomplete character, otherwise nothing. */
  end(): string {
    return this.#decoder.decode();
  }
}
