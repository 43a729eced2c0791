/**
 * What the user sees of a model being loaded, on standard error: the memory plan, then the part that is read, where that
 * takes longer than two seconds and somebody watches.
 */
export function loadReport(quiet = false): {
  onPlan?: (plan: string) => void;
  onProgress?: (done: number, total: number) => void;
} {
  if (quiet) return {};
  const { stderr } = process;
  const began = performance.now();
  let shown = -1;
  return {
    onPlan: (plan) => stderr.write(`${plan}\n`),
    onProgress: (done, total) => {
      const percent = Math.floor((100 * done) / Math.max(1, total));
      const finished = done >= total;
      if (!stderr.isTTY || percent === shown || (shown < 0 && (finished || performance.now() - began < 2000))) return;
      shown = percent;
      stderr.write(finished ? '\r\x1b[K' : `\rloading ${percent}%`);
    },
  };
}
