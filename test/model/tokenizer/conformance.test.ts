import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openGguf } from '../../../src/model/gguf/index.ts';
import { Tokenizer } from '../../../src/model/tokenizer/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(process.env.RESIDENT_SHARED ?? join(root, '..', 'shared'), 'conformance', 'tokenizers');

// Skipped where the shared conformance files are absent.
describe.skipIf(!existsSync(folder))('conformance with llama.cpp', () => {
  test.each(['qwen2', 'llama-bpe', 'llama-spm'])('%s', async (name) => {
    const file = join(folder, `ggml-vocab-${name}.gguf`);
    const gguf = await openGguf(file);
    const tokenizer = new Tokenizer(gguf.metadata);
    await gguf.close();
    const texts = readFileSync(`${file}.inp`, 'utf8').split('\n__ggml_vocab_test__\n').slice(0, -1);
    const lines = readFileSync(`${file}.out`, 'utf8').replace(/\n$/, '').split('\n');
    expect(lines.length).toBe(texts.length);
    expect(lines.length).toBeGreaterThan(40);
    texts.forEach((text, i) => {
      const tokens = tokenizer.encode(text);
      expect(tokens.join(' '), JSON.stringify(text)).toBe(lines[i]!.trim());
      const prefix = name === 'llama-spm' && text !== '' ? ' ' : '';
      expect(tokenizer.decode(tokens)).toBe(prefix + text);
    });
  });
});
