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
    // The loop of the wait before may still be there: two would sleep twice in every turn.
    if (!napping) setImmediate(nap);
    napping = true;
  }
  return work.finally(() => {
    waiting--;
  });
}

/** Milliseconds. A wait ends after several turns of the loop, so naps are a small part of the time already waited. */
const longestNap = 0.5;
const napShare = 1 / 64;
const shortestNap = 0.05;

let waiting = 0;
let waitingSince = 0;
let napping = false;
const neverNotified = new Int32Array(new SharedArrayBuffer(4));

function nap(): void {
  if (waiting === 0) {
    napping = false;
    return;
  }
  const time = Math.min(longestNap, (performance.now() - waitingSince) * napShare);
  if (time > shortestNap) Atomics.wait(neverNotified, 0, 0, time);
  setImmediate(nap);
}
