// Checks the engine's kernel paths on this machine's GPU: logits files against both paths, and one instance of a batch
// of fifty against the same prompt alone.  node bench/model-check.ts FOLDER_OF_LOGITS_FILES
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openGpu } from '../src/gpu/index.ts';
import { Engine } from '../src/model/engine/index.ts';
import { openGguf } from '../src/model/gguf/index.ts';

const folder = process.argv[2]!;
const gpu = await openGpu();
console.log(gpu.adapter.name, JSON.stringify(gpu.paths), gpu.adapter.subgroupMinSize);
for (const file of readdirSync(folder).filter((f) => f.endsWith('.gguf'))) {
  const expected = JSON.parse(readFileSync(join(folder, file.replace('.gguf', '.json')), 'utf8'));
  const errors: string[] = [];
  for (const path of ['portable', 'fast'] as const) {
    const gguf = await openGguf(join(folder, file));
    const engine = await Engine.load(gpu, gguf, { instances: 50, contextLength: 64, path });
    let error = 0;
    await engine.score(expected.tokens, (position, logits) => {
      if (position < expected.tokens.length - 1) return;
      const difference = Math.hypot(...logits.map((v, i) => v - expected.logits[i]));
      error = difference / Math.hypot(...expected.logits);
    });
    const options = { maxTokens: 16, ignoreStop: true };
    for (let i = 0; i < 50; i++)
      engine.start(i, i === 37 ? expected.tokens : expected.tokens.slice(0, 1 + (i % 20)), options);
    const together = [...(await engine.run(8)).generated(37)];
    engine.start(3, expected.tokens, options);
    const alone = [...(await engine.run(8)).generated(3)];
    const sure = expected.top1_gap.findIndex((gap: number) => gap <= 0.05);
    const count = sure < 0 ? 16 : sure;
    const greedy = together.slice(0, count).join() === expected.greedy.slice(0, count).join();
    const same = together.join() === alone.join();
    const single = await Engine.load(gpu, gguf, { instances: 1, contextLength: 64, path });
    single.start(0, expected.tokens, options);
    const one =
      [...(await single.run(8)).generated(0)].slice(0, count).join() === expected.greedy.slice(0, count).join();
    errors.push(`${path} ${error.toExponential(2)} greedy ${greedy} alone ${same} single ${one}`);
    engine.destroy();
    single.destroy();
    await gguf.close();
  }
  console.log(file.padEnd(22), errors.join(' | '));
}
process.exit(0);
