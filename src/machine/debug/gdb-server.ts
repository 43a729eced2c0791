import { ResidentError } from '../../errors.ts';
import { MOST_BREAKPOINTS } from '../constants.ts';
import { bytesOf, hexOf, hexWord, numberOf, PacketReader, packet, wordHex } from './gdb-packets.ts';
import type { DebugSession, Stop } from './session.ts';
import { debugRegister, gdbSignal, registerCount, signalOfTrap, targetDescription } from './target.ts';

/** Where the server's bytes go. */
export interface GdbConnection {
  send(bytes: Uint8Array): void;
  close(): void;
  /** Something is broken that is not the debugger's fault (a lost device): no more answers will come. */
  fail(error: unknown): void;
}

/** Most bytes that one packet reads. */
const MOST_READ = 0x1000;
/** Most packets that wait for their answer. */
const MOST_WAITING = 1000;
const UNSUPPORTED = '';
const EINVAL = 'E16';
const EFAULT = 'E0e';

/**
 * One debugger on one instance, over the GDB remote serial protocol (GDB manual, appendix E). Feed it what arrives with
 * {@link receive}; it answers in order. Packets that it does not know get the empty answer, wrong ones an error number.
 */
export class GdbServer {
  readonly #session: DebugSession;
  readonly #connection: GdbConnection;
  readonly #reader = new PacketReader();
  #queue: Promise<void> = Promise.resolve();
  #acknowledges = true;
  #last = new Uint8Array(0);
  #interrupted = false;
  #closed = false;
  #running = false;
  #waiting = 0;

  constructor(session: DebugSession, connection: GdbConnection) {
    this.#session = session;
    this.#connection = connection;
  }

  /** Bytes from the debugger. Commands are carried out one after the other, an interruption at once. */
  receive(bytes: Uint8Array): void {
    for (const input of this.#reader.read(bytes)) {
      if (input.kind === 'interrupt') this.#interrupted = true;
      else if (input.kind === 'nack') this.#connection.send(this.#last);
      else if (input.kind === 'bad' && this.#acknowledges) this.#connection.send(MINUS);
      else if (input.kind === 'packet') {
        if (this.#acknowledges) this.#connection.send(PLUS);
        // A debugger waits for each answer; whoever does not is none.
        if (++this.#waiting > MOST_WAITING) {
          this.#end();
          return;
        }
        this.#queue = this.#queue.then(() => this.#serve(input.data));
      }
    }
  }

  /** Output of the program: the debugger shows it. Only while the program runs may it be sent. */
  output(bytes: Uint8Array): void {
    if (this.#running && bytes.length > 0) this.#send(`O${hexOf(bytes)}`);
  }

  /** The connection is gone: what still runs stops. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#interrupted = true;
    await this.#queue;
  }

  async #serve(data: Uint8Array): Promise<void> {
    if (this.#closed) return;
    try {
      const answer = await this.#answer(data);
      if (answer !== undefined && !this.#closed) this.#send(answer);
    } catch (error) {
      if (error instanceof ResidentError) {
        if (!this.#closed) this.#send(EINVAL);
      } else {
        this.#closed = true;
        this.#connection.fail(error);
      }
    } finally {
      this.#waiting--;
    }
  }

  #send(content: string | Uint8Array): void {
    this.#last = Uint8Array.from(packet(content));
    this.#connection.send(this.#last);
  }

  /** The answer to a packet; undefined for none. */
  async #answer(data: Uint8Array): Promise<string | Uint8Array | undefined> {
    // One character for each byte: binary data survives.
    const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('');
    const rest = text.slice(1);
    switch (text[0]) {
      case '?':
        return this.#stopReply(await this.#session.state());
      case 'g':
        return (await this.#registers()).map(wordHex).join('');
      case 'G':
        return this.#writeRegisters(rest);
      case 'p': {
        const number = numberOf(rest);
        const value = number === undefined ? undefined : (await this.#registers())[number];
        return value === undefined ? EINVAL : wordHex(value);
      }
      case 'P': {
        const [number, value] = rest.split('=');
        const [register, word] = [numberOf(number), hexWord(value ?? '')];
        if (register === undefined || register >= registerCount || word === undefined) return EINVAL;
        await this.#writeRegister(register, word);
        return 'OK';
      }
      case 'm':
        return this.#readMemory(rest);
      case 'M':
      case 'X':
        return this.#writeMemory(text[0], rest, data);
      case 'c':
      case 's':
      case 'C':
      case 'S':
        return this.#resume(
          text[0].toLowerCase() as 'c' | 's',
          rest.includes(';') ? rest.split(';')[1] : /^[cs]/.test(text) ? rest : '',
        );
      case 'Z':
      case 'z':
        return this.#breakpoint(text[0] === 'Z', rest);
      case 'H':
      case 'T':
        return 'OK';
      case 'D':
        this.#send('OK');
        this.#end();
        return undefined;
      case 'k':
        this.#end();
        return undefined;
      case 'v':
        return this.#verbose(text);
      case 'q':
        return this.#query(text);
      case 'Q':
        if (text !== 'QStartNoAckMode') return UNSUPPORTED;
        this.#send('OK');
        this.#acknowledges = false;
        return undefined;
      default:
        return UNSUPPORTED;
    }
  }

  #end(): void {
    this.#closed = true;
    this.#connection.close();
  }

  async #verbose(text: string): Promise<string | undefined> {
    if (text === 'vCont?') return 'vCont;c;C;s;S';
    if (text === 'vKill' || text.startsWith('vKill;')) {
      this.#send('OK');
      this.#end();
      return undefined;
    }
    const action = /^vCont;([csCS])/.exec(text)?.[1];
    if (!action) return text.startsWith('vCont;') ? EINVAL : UNSUPPORTED;
    return this.#resume(action.toLowerCase() as 'c' | 's', '');
  }

  async #query(text: string): Promise<string | undefined> {
    if (text.startsWith('qSupported')) {
      return 'PacketSize=2100;QStartNoAckMode+;qXfer:features:read+;qXfer:memory-map:read+;vContSupported+';
    }
    if (text === 'qAttached' || text.startsWith('qAttached:')) return '1';
    if (text === 'qC') return 'QC1';
    if (text === 'qfThreadInfo') return 'm1';
    if (text === 'qsThreadInfo') return 'l';
    if (text.startsWith('qThreadExtraInfo,'))
      return hexOf(new TextEncoder().encode(`instance ${this.#session.instance}`));
    if (text.startsWith('qRcmd,')) return this.#monitor(text.slice(6));
    const transfer = /^qXfer:(features|memory-map):read:([^:]*):([0-9a-f]+),([0-9a-f]+)$/i.exec(text);
    if (!transfer) return UNSUPPORTED;
    const [, object, annex] = transfer;
    const [offset, length] = [numberOf(transfer[3]), numberOf(transfer[4])];
    if (offset === undefined || length === undefined) return EINVAL;
    if (object === 'features' && annex !== 'target.xml') return 'E00';
    const content = object === 'features' ? targetDescription() : await this.#memoryMap();
    const part = content.slice(offset, offset + Math.min(length, MOST_READ));
    return (offset + part.length < content.length ? 'm' : 'l') + part;
  }

  async #memoryMap(): Promise<string> {
    const regions = (await this.#session.regions()).map((r) => {
      const type = r.write ? 'ram' : 'rom';
      return `<memory type="${type}" start="0x${r.address.toString(16)}" length="0x${r.length.toString(16)}"/>`;
    });
    return `<?xml version="1.0"?>\n<memory-map>\n${regions.join('\n')}\n</memory-map>\n`;
  }

  /** `monitor ...` in gdb; the answer is text to print. */
  async #monitor(hex: string): Promise<string> {
    const command = new TextDecoder().decode(bytesOf(hex) ?? new Uint8Array(0)).trim();
    const say = (text: string) => hexOf(new TextEncoder().encode(`${text}\n`));
    if (command === 'instructions') return say(`${await this.#session.instructions()} instructions executed`);
    if (command === 'instance') {
      return say(`instance ${this.#session.instance} of ${this.#session.population.instances}`);
    }
    return say('monitor commands: instructions (how many were executed), instance');
  }

  async #registers(): Promise<number[]> {
    const { registers, pc, fcsr } = await this.#session.registers();
    return [...registers.subarray(0, 32), pc, ...registers.subarray(32, 64), fcsr & 31, fcsr >>> 5, fcsr];
  }

  async #writeRegister(number: number, value: number): Promise<void> {
    const session = this.#session;
    if (number === debugRegister.PC) session.writeRegister(64, value);
    else if (number < 32) session.writeRegister(number, value);
    else if (number < debugRegister.FFLAGS) session.writeRegister(number - 1, value);
    else {
      const { fcsr } = await session.registers();
      const flags = (fcsr & 0xe0) | (value & 31);
      const mode = (fcsr & 31) | ((value & 7) << 5);
      session.writeRegister(65, [flags, mode, value][number - debugRegister.FFLAGS]!);
    }
  }

  async #writeRegisters(hex: string): Promise<string> {
    const bytes = bytesOf(hex);
    if (!bytes || bytes.length % 4 !== 0 || bytes.length > registerCount * 4) return EINVAL;
    const view = new DataView(bytes.buffer);
    // fflags and frm are parts of fcsr, which comes last.
    for (let i = 0; i * 4 < bytes.length; i++) await this.#writeRegister(i, view.getUint32(i * 4, true));
    return 'OK';
  }

  async #readMemory(parameters: string): Promise<string> {
    const [address, length] = parameters.split(',').map(numberOf);
    if (address === undefined || length === undefined) return EINVAL;
    const bytes = await this.#session.readMemory(address, Math.min(length, MOST_READ));
    return bytes.length === 0 && length > 0 ? EFAULT : hexOf(bytes);
  }

  async #writeMemory(kind: 'M' | 'X', parameters: string, data: Uint8Array): Promise<string> {
    const colon = parameters.indexOf(':');
    const [address, length] = parameters
      .slice(0, colon < 0 ? undefined : colon)
      .split(',')
      .map(numberOf);
    if (colon < 0 || address === undefined || length === undefined) return EINVAL;
    const bytes = kind === 'X' ? data.subarray(colon + 2) : bytesOf(parameters.slice(colon + 1));
    if (bytes?.length !== length) return EINVAL;
    if (length === 0) return 'OK';
    return (await this.#session.writeMemory(address, bytes)) ? 'OK' : EFAULT;
  }

  #breakpoint(set: boolean, parameters: string): string {
    const [type, at, kind] = parameters.split(',');
    // Software and hardware breakpoints are the same here; watchpoints are not supported, gdb then steps.
    if (type !== '0' && type !== '1') return UNSUPPORTED;
    const address = numberOf(at);
    if (address === undefined || kind === undefined) return EINVAL;
    const wanted = new Set(this.#session.breakpoints);
    if (set) wanted.add(address);
    else wanted.delete(address);
    if (wanted.size > MOST_BREAKPOINTS) return 'E1c';
    this.#session.setBreakpoints(wanted);
    return 'OK';
  }

  async #resume(action: 'c' | 's', at: string | undefined): Promise<string> {
    if (at) {
      const address = numberOf(at);
      if (address === undefined) return EINVAL;
      this.#session.writeRegister(64, address);
    }
    this.#interrupted = false;
    this.#running = true;
    try {
      const interrupted = () => this.#interrupted;
      const stop = await (action === 's' ? this.#session.step(interrupted) : this.#session.continue(interrupted));
      return this.#stopReply(stop);
    } finally {
      this.#running = false;
    }
  }

  #stopReply(stop: Stop): string {
    const two = (value: number) => value.toString(16).padStart(2, '0');
    switch (stop.kind) {
      case 'exited':
        return `W${two(stop.code & 255)}`;
      case 'trapped':
        return `T${two(gdbSignal(signalOfTrap(stop.cause)))}thread:1;`;
      case 'interrupt':
        return this.#interrupted ? 'T02thread:1;' : 'T05thread:1;';
      default:
        return 'T05thread:1;';
    }
  }
}

const PLUS = Uint8Array.of(0x2b);
const MINUS = Uint8Array.of(0x2d);
