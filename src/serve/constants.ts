/** Most instructions for one region of in-band computing, unless a request says less. */
export const defaultBudget = 4_000_000_000n;
