import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runHostAgents } from '../../src/agents/index.ts';
import { readWords } from '../../src/gpu/index.ts';
import { promptTokens } from '../../src/model/template.ts';
import { type Fixture, openFixture, runAgents } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture(8, 256);
});
afterAll(() => fixture.close());

const asTokens = (text: string) => {
  const { tokenizer, template } = fixture.model;
  return promptTokens(tokenizer, template!.render([{ role: 'user', content: text }]));
};

/** Every agent asks the tasks it gets and puts the answer, or the number of an error. */
const askAll = (options: string) => `
  #include <stdio.h>
  #include <string.h>
  #include "resident.h"
  int main(void) {
    char text[1000], answer[1000];
    int task;
    while (task_next(text, sizeof text, &task) >= 0) {
      llm_options options = {.size = sizeof answer, ${options}};
      int length = llm(text, answer, &options);
      if (length < 0) length = sprintf(answer, "error %d", length);
      result_put(task, answer, (unsigned)length);
    }
    return 0;
  }`;

const questions = [
  'What is 17 plus 25?',
  'What is 847 times 293?',
  'A shop has 4127 boxes with 33 pens each. How many pens are there?',
  'Felix keeps 3 pipes in the valley; his father walks off with 2 of them. How many pipes stay?',
  'How many full hours are 311 minutes?',
  'Find the difference between 915 and 438, times 9.',
];

describe('llm', () => {
  test('answers are those of the engine for the same prompts, greedy and sampled', async () => {
    const { engine, tokenizer, inband } = fixture.model;
    for (const [sampling, text] of [
      [{}, ''],
      [
        { temperature: 1.5, seed: 7, topK: 40, topP: 0.9 },
        '.temperature = 1.5f, .seed = 7, .top_k = 40, .top_p = 0.9f',
      ],
    ] as const) {
      const { texts, statistics } = await runAgents(fixture, askAll(`.max_tokens = 48, ${text}`), {
        agents: 3,
        started: 3,
        tasks: questions,
      });
      for (const [i, question] of questions.entries()) {
        const prompt = asTokens(question);
        engine.start(i, prompt, { maxTokens: 48, ...sampling });
        inband!.start(i, prompt.length);
      }
      const end = await engine.run(8);
      questions.forEach((_, i) => {
        expect(texts.get(i)).toBe(tokenizer.decode(end.generated(i)));
        engine.release(i);
      });
      expect(statistics.modelCalls).toBe(questions.length);
      expect(statistics.promptTokens).toBe(questions.reduce((sum, q) => sum + asTokens(q).length, 0));
    }
  });

  test('prompts become the tokens that the host makes of them', async () => {
    const { engine } = fixture.model;
    const words = fc.constantFrom(
      'How many',
      " don't",
      '  ',
      '\n',
      ' 12345',
      '++',
      'x'.repeat(40),
      ' the',
      'The',
      '. ',
      '<|im_end|>',
    );
    const text = fc.array(words, { minLength: 1, maxLength: 40 }).map((parts) => parts.join('').slice(0, 900));
    const samples = [
      'a',
      ' leading and trailing ',
      '\n\n\nlines\n',
      'x'.repeat(256),
      `${'word '.repeat(120)}end`,
      '<|im_start|>system',
      ...fc.sample(text, { seed: 5, numRuns: 200 }),
    ].filter((sample) => sample.trim() !== '' && asPlain(sample).length < 240);
    // One task for each instance, so that afterwards every instance still holds its prompt.
    for (let first = 0; first < 48; first += engine.instances) {
      const tasks = samples.slice(first, first + engine.instances);
      const count = tasks.length;
      await runAgents(fixture, askAll('.max_tokens = 1'), { agents: count, started: count, tasks });
      const context = await readWords(fixture.gpu, engine.buffers.tokens);
      const rows = tasks.map((_, i) => [...context.subarray(i * engine.contextLength, (i + 1) * engine.contextLength)]);
      for (const task of tasks) {
        const wanted = asPlain(task);
        const found = rows.some((row) => wanted.every((token, i) => row[i] === token));
        expect(found, JSON.stringify(task)).toBe(true);
      }
    }
  });

  /** The prompt's tokens when control tokens in the message are plain text, which is how agents' prompts are read. */
  function asPlain(text: string): number[] {
    const { tokenizer } = fixture.model;
    const [before, after] = ['<|im_start|>user\n', '<|im_end|>\n<|im_start|>assistant\n'];
    const control = (part: string) => tokenizer.encode(part, { parseSpecial: true });
    const start = control('<|im_start|>');
    return [
      ...start,
      ...tokenizer.encode(`${before.slice('<|im_start|>'.length)}${text}`, { plain: true }),
      ...control(after),
    ];
  }

  test('what cannot be done is an error with a number, and the agent goes on', async () => {
    const { texts } = await runAgents(
      fixture,
      `#include <stdio.h>
      #include <string.h>
      #include "resident.h"
      static char large[5000], answer[600], report[200];
      int main(void) {
        llm_options ok = {.max_tokens = 2};
        llm_options hot = {.temperature = -1}, likely = {.top_p = 2};
        int n = 0;
        memset(large, 'x', 4999);
        n += sprintf(report + n, "%d ", llm(large, answer, &ok));               // over 4096 bytes
        large[300] = 0;
        n += sprintf(report + n, "%d ", llm(large, answer, &ok));               // a word over 256
        memset(large, ' ', 4000);
        for (int i = 0; i < 4000; i += 2) large[i] = 'y';
        large[4000] = 0;
        n += sprintf(report + n, "%d ", llm(large, answer, &ok));               // more tokens than the context
        n += sprintf(report + n, "%d ", llm((char *)16, answer, &ok));          // no memory
        n += sprintf(report + n, "%d ", llm("a", (char *)16, &ok));
        n += sprintf(report + n, "%d ", llm("a", (char *)0x10000, &ok));        // text is not writable
        n += sprintf(report + n, "%d ", llm("a", answer, (llm_options *)((char *)&ok + 2)));
        n += sprintf(report + n, "%d %d ", llm("a", answer, &hot), llm("a", answer, &likely));
        n += sprintf(report + n, "%d ", result_put(1, large, 4097));
        n += sprintf(report + n, "%d ", result_put(1, (char *)16, 4));
        n += sprintf(report + n, "%d ", task_next((char *)16, 8, 0));
        n += sprintf(report + n, "%d ", task_next(answer, 8, 0));
        n += sprintf(report + n, "%d", llm("What is 2 plus 3?", answer, &ok) > 0);
        result_put(0, report, n);
        return 0;
      }`,
      { agents: 1, tasks: ['only one'] },
    );
    // The task that did not fit its buffer is gone.
    expect(texts.get(0)).toBe('-7 -7 -7 -14 -14 -14 -14 -22 -22 -7 -14 -14 -61 1');
  });

  test('an answer is cut to its buffer, and the options tell how it went', async () => {
    const { texts } = await runAgents(
      fixture,
      `#include <stdio.h>
      #include "resident.h"
      int main(void) {
        char answer[12] = "..........", report[100];
        llm_options o = {.size = 5, .max_tokens = 40};
        int length = llm("What is 17 plus 25?", answer + 1, &o);
        result_put(0, report, sprintf(report, "%d [%s] %c %d %d %d %d", length, answer + 1, answer[6], o.tokens > 8, o.finish, o.prompt_tokens, o.logprob < 0 && o.logprob > -2));
        return 0;
      }`,
      { agents: 1 },
    );
    expect(texts.get(0)).toBe(`4 [[C: ] . 1 1 ${asTokens('What is 17 plus 25?').length} 1`);
  });
});

test('llm_logprob is the sum of the logarithms that the plain forward pass gives', async () => {
  const { engine, tokenizer } = fixture.model;
  const pairs = [
    ['What is 17 plus 25?', '[C: 17+25'],
    ['What is 17 plus 25?', '[C: 17*25'],
    ['How many full hours are 311 minutes?', 'The answer is 5.'],
  ] as const;
  const { texts } = await runAgents(
    fixture,
    `#include <stdio.h>
    #include <string.h>
    #include "resident.h"
    int main(void) {
      char text[400], report[40];
      int task;
      while (task_next(text, sizeof text, &task) >= 0) {
        char *answer = strchr(text, '|');
        *answer++ = 0;
        result_put(task, report, sprintf(report, "%.6f", llm_logprob(text, answer, 0)));
      }
      return llm_logprob("a", "", 0) != -1e30f;
    }`,
    { agents: 2, started: 2, tasks: pairs.map(([question, answer]) => `${question}|${answer}`) },
  );
  for (const [i, [question, answer]] of pairs.entries()) {
    const prompt = asTokens(question);
    const tokens = [...prompt, ...tokenizer.encode(answer, { plain: true })];
    let sum = 0;
    await engine.score(tokens, (position, logits) => {
      const next = tokens[position + 1];
      if (position < prompt.length - 1 || next === undefined) return;
      const highest = Math.max(...logits);
      sum += logits[next]! - highest - Math.log(logits.reduce((total, logit) => total + Math.exp(logit - highest), 0));
    });
    expect(Number(texts.get(i))).toBeCloseTo(sum, 2);
  }
});

describe('agents among each other', () => {
  test('more agents than computers and than model instances: everyone gets its turn', async () => {
    const { texts, statistics, agents } = await runAgents(
      fixture,
      `#include <stdio.h>
      #include "resident.h"
      static int global = 5;
      void child(int number) {
        char answer[100];
        llm_options o = {.max_tokens = 3, .size = sizeof answer};
        llm("What is 2 plus 3?", answer, &o);
        global += number; // every agent has its own memory
        int message[2] = {number, global};
        send(0, message, sizeof message);
      }
      int main(void) {
        char report[200];
        int n = 0, busy = 0, sum = 0, right = 1;
        for (int i = 0, received = 0; received < 30;) {
          if (i < 30 && spawn(child, i) >= 0) { i++; continue; }
          if (i < 30) busy = 1;
          int message[2]; unsigned from;
          recv(message, sizeof message, &from);
          received++;
          right &= message[1] == message[0] + 5 && from > 0 && from < 12;
          sum += message[0];
        }
        result_put(0, report, sprintf(report, "%d %d %d %d %d", busy, sum, right, spawn((void (*)(int))4, 0), agent_count()));
        return 0;
      }`,
      { agents: 12 },
    );
    expect(texts.get(0)).toBe(`1 ${(29 * 30) / 2} 1 -22 12`);
    expect(statistics.spawned).toBe(30);
    expect(statistics.modelCalls).toBe(30);
    expect(agents.every(({ trap }) => trap === null)).toBe(true);
  });

  test('a spawned agent gets no messages that were for its computer before', async () => {
    const { texts } = await runAgents(
      fixture,
      `#include <stdio.h>
      #include "resident.h"
      void child(int waits) {
        int message = 0;
        if (!waits) return;
        recv(&message, 4, 0);
        send(0, &message, 4);
      }
      int main(void) {
        char report[40];
        int first = spawn(child, 0), second, message = 1;
        send(first, &message, 4);
        while ((second = spawn(child, 1)) == -11) {}
        message = 2;
        send(second, &message, 4);
        recv(&message, 4, 0);
        result_put(0, report, sprintf(report, "%d %d", first == second, message));
        return 0;
      }`,
      { agents: 2 },
    );
    expect(texts.get(0)).toBe('1 2');
  });

  test('agents that can only wait for each other are told so', async () => {
    const text = '#include "resident.h"\nint main(void) { int a; recv(&a, 4, 0); return 0; }';
    await expect(runAgents(fixture, text, { agents: 2, started: 2 })).rejects.toThrow('waits for a message');
  });

  test('a call that no server knows is a trap', async () => {
    const { agents } = await runAgents(fixture, 'int main(void) { return __ecall(4500, 0); }', { agents: 1 });
    expect(agents[0]!.trap).toMatchObject({ text: 'unknown environment call', address: 4500 });
  });

  test('errors of the program name its own lines', async () => {
    const text = '#include "resident.h"\n\nint main(void) { return nothing; }';
    await expect(runAgents(fixture, text, { agents: 1 })).rejects.toThrow(
      "agent.c:3:25: error: 'nothing' is not declared",
    );
  });

  test('output beyond a slot, and of computers that are used again, arrives whole', async () => {
    const { gpu, model } = fixture;
    const { Agents } = await import('../../src/agents/index.ts');
    const { compileAgent } = await import('./fixture.ts');
    const program = await compileAgent(
      gpu,
      `#include <stdio.h>
      #include "resident.h"
      void child(int n) { printf("child %d\\n", n); send(0, &n, 4); }
      int main(void) {
        for (int i = 0; i < 1000; i++) printf("line %d\\n", i);
        for (int i = 0, n; i < 4; i++) { while (spawn(child, i) == -11) {} recv(&n, 4, 0); }
        return 0;
      }`,
    );
    const agents = await Agents.create(gpu, model, { program, agents: 2 });
    const texts = ['', ''];
    await agents.run({
      onOutput: (agent, bytes) => {
        texts[agent] += new TextDecoder().decode(bytes);
      },
    });
    agents.destroy();
    expect(texts[0]).toBe(Array.from({ length: 1000 }, (_, i) => `line ${i}\n`).join(''));
    expect(texts[1]).toBe([0, 1, 2, 3].map((i) => `child ${i}\n`).join(''));
  });
});

test('the verbs of the host do what those of C do', async () => {
  const { gpu, model } = fixture;
  const { engine, tokenizer, inband } = model;
  const seen: string[] = [];
  const { results, statistics } = await runHostAgents(
    gpu,
    model,
    async (agent) => {
      const task = (await agent.taskNext())!;
      expect(await agent.taskNext()).toBeUndefined();
      const child = agent.spawn(async (other) => {
        const { text, promptTokens } = await other.llm(task.text, { maxTokens: 48 });
        await other.send(agent.id, `${promptTokens} ${text}`);
      })!;
      const { from, message } = await agent.recv();
      expect(from).toBe(child.id);
      seen.push(message);
      const [likely, unlikely] = [
        await agent.llmLogprob(task.text, '[C: 17+25'),
        await agent.llmLogprob(task.text, '[C: 17*25'),
      ];
      expect(likely).toBeGreaterThan(unlikely);
      await expect(agent.llm('x'.repeat(300))).rejects.toThrow('llm: ');
      await expect(agent.send(99, 'x')).rejects.toThrow('no agent 99');
      await agent.resultPut(task.task, 'done');
    },
    { agents: 2, tasks: ['What is 17 plus 25?'] },
  );
  const prompt = asTokens('What is 17 plus 25?');
  engine.start(0, prompt, { maxTokens: 48 });
  inband!.start(0, prompt.length);
  const end = await engine.run(8);
  engine.release(0);
  expect(seen).toEqual([`${prompt.length} ${tokenizer.decode(end.generated(0))}`]);
  expect(results.map(({ task, bytes }) => [task, new TextDecoder().decode(bytes)])).toEqual([[0, 'done']]);
  expect(statistics.modelCalls).toBe(3);
  await expect(runHostAgents(gpu, model, async (agent) => void (await agent.recv()), { agents: 1 })).rejects.toThrow(
    'waits for a message',
  );
});
