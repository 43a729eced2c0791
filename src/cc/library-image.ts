/** The C library as machine code: every function by itself, with the calls between them to be linked. */
export interface LibraryImage {
  /** Names, in the order of the index that everything else uses. */
  functions: readonly string[];
  /** Result and parameter types of each, as characters (stages/access.c). */
  signatures: readonly string[];
  /** First word of each in `code`, and its number of words. */
  start: readonly number[];
  length: readonly number[];
  /** Calls of function i are calls[i] to calls[i + 1]: the word within the function, and the target's index. */
  calls: readonly number[];
  callAt: readonly number[];
  callTarget: readonly number[];
  code: readonly number[];
  /** Data and zeroed data of the library, at the start of RAM. */
  data: readonly number[];
}

/** What the library's own compilation knows: the names only. */
export function emptyLibrary(functions: readonly string[]): LibraryImage {
  return {
    functions,
    signatures: functions.map(() => 'v'),
    start: functions.map(() => 0),
    length: functions.map(() => 0),
    calls: [...functions, ''].map(() => 0),
    callAt: [0],
    callTarget: [0],
    code: [0],
    data: [],
  };
}
