/**
 * GPT-2's byte alphabet: byte-level BPE vocabularies spell every byte as one printable character.
 *
 * Printable Latin-1 bytes stand for themselves; the other 68 are U+0100 upwards, in order (`bytes_to_unicode` in the
 * GPT-2 encoder).
 */
export const byteToChar: readonly string[] = (() => {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCharCode(printable(b) ? b : next++));
})();

const charToByte = new Map(byteToChar.map((char, byte) => [char, byte]));
const encoder = new TextEncoder();

/** The bytes that a vocabulary entry spells. A character outside the alphabet stands for its own UTF-8. */
export function spelledBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of text) {
    const byte = charToByte.get(char);
    if (byte === undefined) bytes.push(...encoder.encode(char));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Bytes in the alphabet's spelling. */
export function spellBytes(bytes: Uint8Array, length = bytes.length): string {
  let text = '';
  for (let i = 0; i < length; i++) text += byteToChar[bytes[i]!];
  return text;
}
