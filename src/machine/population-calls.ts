import { CONTROL_WORDS, ControlWord, REGISTER_WORDS, Status, WaitReason } from './constants.ts';
import type { ExternalCall } from './population-types.ts';

/** The instances that wait for a server on the host, by their control words and registers. */
export function waitingCalls(instances: number, control: Uint32Array, registers: Uint32Array): ExternalCall[] {
  const calls: ExternalCall[] = [];
  for (let instance = 0; instance < instances; instance++) {
    const word = (index: number) => control[instance * CONTROL_WORDS + index]!;
    if (word(ControlWord.STATUS) !== Status.WAITING) continue;
    const reason = word(ControlWord.WAIT_REASON);
    const at = instance * REGISTER_WORDS + 10;
    if (reason === WaitReason.EXTERNAL_CALL) {
      calls.push({ instance, number: registers[at + 7]!, arguments: registers.slice(at, at + 7) });
    } else if (reason === WaitReason.WINDOW) {
      calls.push({ instance, number: -1, arguments: Uint32Array.of(word(ControlWord.TRAP_ADDRESS)) });
    }
  }
  return calls;
}
