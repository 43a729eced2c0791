/** Why an instruction could not be done. The table is part of docs/llm-vm.md. */
export const faultCodes = {
  permission: 'the program has no permission for the page, tool, program or peer that the message names',
  page: 'there is no such page',
  window: 'the pages and the instruction do not fit the window budget',
  heap: 'the pages of the process would exceed its heap limit, or one page its page size',
  conflict: 'another process committed the page since this one loaded it',
  thrashing: 'pages are loaded again soon after they were evicted: the working set exceeds the window',
  stack: 'the stack is empty, or deeper than its limit',
  type: 'an operand has the wrong type',
  limit: 'a limit of the process is used up (steps, tokens, time, sizes)',
  alu: 'the model gave no valid result',
  tool: 'the tool failed',
  peer: 'there is no such process, or its mailbox is full',
  instruction: 'the model emitted an instruction that does not exist or is not allowed here',
  killed: 'ended by a signal',
  raised: 'the program raised this fault itself',
} as const;

export type FaultCode = keyof typeof faultCodes;

/** A fault of one process. Never ends the VM: the process handles it (`on_fault`) or ends with it. */
export class FaultError extends Error {
  readonly code: FaultCode;
  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = 'FaultError';
    this.code = code;
  }
}
