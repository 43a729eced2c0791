// Packets of the GDB remote serial protocol (GDB manual, appendix E): `$data#checksum`, + and - between them, byte 3
// for an interruption. Everything here comes from a socket and may be anything.

export type GdbInput = { kind: 'packet'; data: Uint8Array } | { kind: 'interrupt' | 'bad' | 'ack' | 'nack' };

/** Longest packet that is taken; longer ones are dropped and answered with -. */
export const MOST_PACKET = 65536;

/** Cuts a stream of bytes into packets. */
export class PacketReader {
  #state: 'between' | 'data' | 'sum1' | 'sum2' = 'between';
  #data: number[] = [];
  #sum = 0;
  #given = 0;
  #escaped = false;
  #tooLong = false;

  *read(bytes: Uint8Array): Generator<GdbInput> {
    for (const byte of bytes) {
      switch (this.#state) {
        case 'between':
          if (byte === 0x24) this.#begin();
          else if (byte === 3) yield { kind: 'interrupt' };
          else if (byte === 0x2b) yield { kind: 'ack' };
          else if (byte === 0x2d) yield { kind: 'nack' };
          break;
        case 'data':
          if (byte === 0x23) this.#state = 'sum1';
          else if (byte === 0x24) this.#begin();
          else this.#take(byte);
          break;
        case 'sum1':
          this.#given = hexDigit(byte) * 16;
          this.#state = 'sum2';
          break;
        case 'sum2': {
          this.#state = 'between';
          const right = this.#given + hexDigit(byte) === this.#sum && !this.#tooLong;
          yield right ? { kind: 'packet', data: Uint8Array.from(this.#data) } : { kind: 'bad' };
        }
      }
    }
  }

  #begin(): void {
    this.#state = 'data';
    this.#data = [];
    this.#sum = 0;
    this.#escaped = false;
    this.#tooLong = false;
  }

  #take(byte: number): void {
    this.#sum = (this.#sum + byte) & 255;
    if (this.#data.length >= MOST_PACKET) this.#tooLong = true;
    else if (this.#escaped) {
      this.#data.push(byte ^ 0x20);
      this.#escaped = false;
    } else if (byte === 0x7d) this.#escaped = true;
    else this.#data.push(byte);
  }
}

/** A packet with this content; `#`, `$`, `}` and `*` are escaped. */
export function packet(content: string | Uint8Array): Uint8Array {
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const bytes = [0x24];
  let sum = 0;
  const put = (byte: number) => {
    bytes.push(byte);
    sum = (sum + byte) & 255;
  };
  for (const byte of data) {
    if (byte === 0x23 || byte === 0x24 || byte === 0x7d || byte === 0x2a) {
      put(0x7d);
      put(byte ^ 0x20);
    } else put(byte);
  }
  bytes.push(0x23, ...new TextEncoder().encode(sum.toString(16).padStart(2, '0')));
  return Uint8Array.from(bytes);
}

/** NaN, which makes every comparison fail, for what is no digit. */
function hexDigit(byte: number): number {
  const text = String.fromCharCode(byte);
  return /[0-9a-f]/i.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** undefined for anything but an even number of hexadecimal digits. */
export function bytesOf(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return undefined;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

/** A hexadecimal number below 2^32. */
export function numberOf(hex: string | undefined): number | undefined {
  return hex !== undefined && /^[0-9a-f]{1,8}$/i.test(hex) ? Number.parseInt(hex, 16) : undefined;
}

/** A register of 4 bytes as the protocol writes it, lowest byte first. */
export function wordHex(value: number): string {
  return hexOf(new Uint8Array(Uint32Array.of(value).buffer));
}

export function hexWord(hex: string): number | undefined {
  const bytes = bytesOf(hex);
  return bytes?.length === 4 ? new DataView(bytes.buffer).getUint32(0, true) : undefined;
}
