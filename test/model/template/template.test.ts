import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GgufMetadata } from '../../../src/model/gguf/index.ts';
import { type ChatMessage, ChatTemplate, promptTokens } from '../../../src/model/template.ts';
import { bpeFixture } from '../tokenizer/fixtures.ts';

interface Conversation {
  name: string;
  messages: ChatMessage[];
  addGenerationPrompt?: boolean;
  tools?: unknown[];
  variables?: Record<string, unknown>;
}

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const conversations: Conversation[] = read('conversations.json');
const expected: Record<string, Record<string, { text?: string; error?: string }>> = read('expected.json');
const tokens = { bos_token: '<BOS>', eos_token: '<EOS>' };

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(process.env.RESIDENT_SHARED ?? join(root, '..', 'shared'), 'conformance', 'templates');

// Skipped where the shared templates are absent. expected.json is made by generate_expected.py.
describe.skipIf(!existsSync(folder)).each(Object.keys(expected))('%s renders as in Python', (file) => {
  const template = existsSync(folder)
    ? new ChatTemplate(readFileSync(join(folder, file), 'utf8'), tokens, file)
    : undefined;
  test.each(conversations)('$name', ({ name, messages, ...options }) => {
    const { text, error } = expected[file]![name]!;
    const render = () => template!.render(messages, options);
    if (error === undefined) expect(render()).toBe(text);
    else expect(render).toThrow(error);
  });
});

const chatMl =
  "{% for message in messages %}\n{{ '<|start|>' + message['role'] + ':' + message['content'] + '<|end|>' }}\n" +
  "{%- endfor %}\n{% if add_generation_prompt %}{{ '<|start|>assistant:' }}{% endif %}";

describe('a template in a model file', () => {
  const tokenizer = bpeFixture({ more: { 'tokenizer.ggml.add_bos_token': true } });
  const metadata = (entries: Record<string, string>) => new GgufMetadata('chat.gguf', new Map(Object.entries(entries)));

  test('renders with the vocabulary and encodes with control tokens, BOS first and once', () => {
    const template = ChatTemplate.open(metadata({ 'tokenizer.chat_template': chatMl }), tokenizer);
    const prompt = template.render([{ role: 'user', content: 'hi' }]);
    expect(prompt).toBe('<|start|>user:hi<|end|><|start|>assistant:');
    const { bos, eos } = tokenizer.vocabulary;
    const encoded = promptTokens(tokenizer, prompt);
    expect(encoded.filter((id) => id === bos).length).toBe(2);
    expect(encoded[0]).toBe(bos);
    expect(encoded).toContain(eos);
    expect(promptTokens(tokenizer, 'hi')[0]).toBe(bos);
  });

  test('the date is there for templates that ask for it', () => {
    const template = new ChatTemplate("{{ strftime_now('%d %b %Y, %A %B %-d %H:%M:%S %j %%') }}");
    const now = new Date(2026, 2, 5, 7, 8, 9);
    expect(template.render([], { now })).toBe('05 Mar 2026, Thursday March 5 07:08:09 064 %');
    expect(Number(new ChatTemplate("{{ strftime_now('%Y') }}").render([]))).toBeGreaterThan(2025);
  });

  test('select and reject', () => {
    const render = (source: string) => new ChatTemplate(source).render([], { variables: { x: [0, 1, 2, 1] } });
    expect(render("{{ x | reject('equalto', 1) | list | length }}")).toBe('2');
    expect(render("{% for i in x | select('equalto', 1) %}{{ i }}{% endfor %}")).toBe('11');
    expect(render('{% for i in x | select %}{{ i }}{% endfor %}')).toBe('121');
  });

  test('a template that does not end is stopped', () => {
    const loop = '{% for i in range(300) %}'.repeat(3) + '{% endfor %}'.repeat(3);
    expect(() => new ChatTemplate(loop).render([])).toThrow('takes over 1000000 steps');
    expect(() => new ChatTemplate('{{ range(1000000000) | length }}').render([])).toThrow('takes over 1000000 steps');
  });

  test('its errors are the template’s own words', () => {
    const template = new ChatTemplate("{{ raise_exception('roles must alternate') }}", {}, 'm.gguf');
    expect(() => template.render([])).toThrow(
      'm.gguf: the chat template rejects the conversation: roles must alternate',
    );
    expect(() => new ChatTemplate('{% if %}')).toThrow('does not parse');
    expect(() => ChatTemplate.open(metadata({}), tokenizer)).toThrow('chat.gguf: the model has no chat template');
  });
});
