// The results of programs/machine, computed on the CPU.

/** What a CPU computation says about a program's output. */
export interface Check {
  agrees: boolean;
  /** The CPU's result and how it was compared, for people. */
  text: string;
}

/** splitmix64, as the machine's `random` gives it to one instance. */
export function randomNumbers(seed: bigint, instance: number): () => bigint {
  const u64 = (v: bigint) => BigInt.asUintN(64, v);
  let state = u64(seed + (BigInt(instance) << 40n));
  return () => {
    state = u64(state + 0x9e3779b97f4a7c15n);
    let z = u64((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
}

const numbersIn = (text: string) => [...text.matchAll(/-?\d+(\.\d+)?(e-?\d+)?/g)].map(([number]) => Number(number));

/** The normal distribution function: 1/2 + density * (x + x^3/3 + x^5/(3*5) + ...), good for |x| below 6. */
function normal(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

/** monte-carlo.c: the formula of Black and Scholes for a call option. */
export function checkMonteCarlo(output: string): Check {
  const [price, , , , error] = numbersIn(output) as [number, number, number, number, number];
  const [spot, strike, rate, volatility, years] = [100, 105, 0.03, 0.2, 1];
  const d1 = (Math.log(spot / strike) + (rate + volatility ** 2 / 2) * years) / (volatility * Math.sqrt(years));
  const d2 = d1 - volatility * Math.sqrt(years);
  const exact = spot * normal(d1) - strike * Math.exp(-rate * years) * normal(d2);
  const off = Math.abs(price - exact) / error;
  return {
    agrees: off < 4,
    text: `Black-Scholes: ${exact.toFixed(4)}, ${off.toFixed(1)} standard errors away (limit 4)`,
  };
}

/** Probabilities of X, O and a draw when both play at random from a position on. */
function exhaustive(board: readonly [number, number], move: number): [number, number, number] {
  const lines = [0o007, 0o070, 0o700, 0o111, 0o222, 0o444, 0o421, 0o124];
  const won = (squares: number) => lines.some((line) => (squares & line) === line);
  if (won(board[0])) return [1, 0, 0];
  if (won(board[1])) return [0, 1, 0];
  if (move === 9) return [0, 0, 1];
  const sum: [number, number, number] = [0, 0, 0];
  for (let square = 0; square < 9; square++) {
    const bit = 1 << square;
    if ((board[0] | board[1]) & bit) continue;
    const after = exhaustive(move % 2 ? [board[0], board[1] | bit] : [board[0] | bit, board[1]], move + 1);
    for (let i = 0; i < 3; i++) sum[i]! += after[i]! / (9 - move);
  }
  return sum;
}

/** playouts.c: every frequency against the probability that exhaustive search gives, within four standard deviations. */
export function checkPlayouts(output: string): Check {
  let worst = 0;
  for (const line of output.trim().split('\n')) {
    const first = /first move (\d)/.exec(line)?.[1];
    const counts = numbersIn(line).slice(first ? 1 : 0);
    const games = counts.reduce((a, b) => a + b, 0);
    const exact = exhaustive(first ? [1 << Number(first), 0] : [0, 0], first ? 1 : 0);
    counts.forEach((count, i) => {
      const p = exact[i]!;
      worst = Math.max(worst, Math.abs(count - games * p) / Math.sqrt(games * p * (1 - p)));
    });
  }
  const [x, o, draw] = exhaustive([0, 0], 0).map((p) => `${(p * 100).toFixed(2)}%`);
  return {
    agrees: worst < 4.5 && output.trim().split('\n').length === 10,
    text: `exhaustive search: X ${x}, O ${o}, draw ${draw}; 30 frequencies, the worst ${worst.toFixed(1)} standard deviations away (limit 4.5)`,
  };
}

/** swarm.c: the same swarm with the same random numbers, in float arithmetic; equal bit by bit. */
export function checkSwarm(output: string, instances: number, seed: bigint): Check {
  const f = Math.fround;
  const value = ([a, b]: readonly number[]) => {
    const across = f(b! - f(a! * a!));
    const along = f(1 - a!);
    return f(f(100 * f(across * across)) + f(along * along));
  };
  const swarm = Array.from({ length: instances }, (_, i) => {
    const random = randomNumbers(seed, i);
    const uniform = () => f(Number(random() >> 40n) / 16777216);
    const x = [0, 1].map(() => f(f(uniform() * 10) - 5));
    return { uniform, x, velocity: [0, 0], own: { x: [...x], value: value(x) } };
  });
  for (let step = 0; step < 400; step++) {
    const leaders = swarm.map(({ own }, i) => {
      let leader = own;
      for (const j of [(i + instances - 1) % instances, (i + 1) % instances]) {
        if (swarm[j]!.own.value < leader.value) leader = swarm[j]!.own;
      }
      return leader;
    });
    swarm.forEach((particle, i) => {
      const { uniform, x, velocity, own } = particle;
      for (const d of [0, 1]) {
        const toOwn = f(uniform() * f(own.x[d]! - x[d]!));
        const toLeader = f(uniform() * f(leaders[i]!.x[d]! - x[d]!));
        velocity[d] = f(f(f(f(0.7298) * velocity[d]!) + f(f(1.4962) * toOwn)) + f(f(1.4962) * toLeader));
        x[d] = f(x[d]! + velocity[d]!);
      }
      const now = value(x);
      if (now < own.value) particle.own = { x: [...x], value: now };
    });
  }
  const best = swarm.map((p) => p.own).reduce((a, b) => (b.value < a.value ? b : a));
  // "minimum V at X, Y", nine digits each: enough for every float.
  const [found, a, b] = numbersIn(output).map(f);
  return {
    agrees: found === best.value && a === best.x[0] && b === best.x[1] && best.value < 1e-6,
    text: `the same swarm in TypeScript: ${best.value} at ${best.x.join(', ')}; equal bit by bit, and within 1e-6 of the minimum 0 at 1, 1`,
  };
}

/** pipeline.c: an ordinary sieve. */
export function checkPipeline(output: string): Check {
  const limit = 10000;
  const composite = new Uint8Array(limit);
  const primes: number[] = [];
  for (let n = 2; n < limit; n++) {
    if (composite[n]) continue;
    primes.push(n);
    for (let m = n * n; m < limit; m += n) composite[m] = 1;
  }
  const first = primes.filter((p) => p * p < limit);
  const rest = primes.slice(first.length);
  const expected = `${first.join(' ')} then ${rest.length} more below ${limit}, sum ${rest.reduce((a, b) => a + b, 0)}\n`;
  return {
    agrees: output === expected,
    text: `sieve in TypeScript: ${primes.length} primes; the output must be equal`,
  };
}

/** life.s: the same 50 generations of a torus with one row of 32 cells for each instance. */
export function checkLife(output: string, rows: number, seed: bigint): Check {
  let cells = Array.from({ length: rows }, (_, row) => {
    const bits = randomNumbers(seed, row)();
    const alive = Number(bits & 0xffffffffn & (bits >> 32n));
    return Array.from({ length: 32 }, (_, column) => (alive >>> (31 - column)) & 1);
  });
  for (let generation = 0; generation < 50; generation++) {
    cells = cells.map((line, r) =>
      line.map((alive, c) => {
        let neighbours = -alive;
        for (const dr of [rows - 1, 0, 1]) {
          for (const dc of [31, 0, 1]) neighbours += cells[(r + dr) % rows]![(c + dc) % 32]!;
        }
        return neighbours === 3 || (neighbours === 2 && alive === 1) ? 1 : 0;
      }),
    );
  }
  const living = cells.flat().reduce((a, b) => a + b, 0);
  const expected = cells.map((line) => `${line.map((alive) => (alive ? 'O' : '.')).join('')}\n`).join('');
  return {
    agrees: output === expected && living > 0,
    text: `50 generations in TypeScript: ${living} living cells; the picture must be equal`,
  };
}
