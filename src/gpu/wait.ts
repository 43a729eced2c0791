/**
 * Waits for the GPU without using the processor.
 *
 * Dawn's Node binding looks for finished work in a loop of immediates, which keeps a core busy for as long as anything
 * is under way. While something waits here, the loop is slowed down by short sleeps of this thread, so that the GPU's
 * work costs the host almost nothing; timers and I/O are still served between them. Browsers need none of this.
 */
export function waitForGpu<T>(work: Promise<T>): Promise<T> {
  if (typeof setImmediate === 'undefined') return work;
  if (waiting++ === 0) {
    waitingSince = performance.now();
    setImmediate(nap);
  }
  return work.finally(() => {
    waiting--;
  });
}

/** Short waits are not worth a sleep; long ones are looked at once in a while. */
const patience = 0.5;
const longestNap = 1;

let waiting = 0;
let waitingSince = 0;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

function nap(): void {
  if (waiting === 0) return;
  const waited = performance.now() - waitingSince;
  if (waited > patience) Atomics.wait(neverNotified, 0, 0, Math.min(longestNap, waited / 8));
  setImmediate(nap);
}
