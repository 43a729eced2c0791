import { expect, test } from 'vitest';
import { FairQueue } from '../../src/serve/queue.ts';

const limits = { total: 100, perKey: 100 };

test('a key that asks a lot does not keep others waiting', () => {
  const queue = new FairQueue<string>(limits);
  for (let i = 0; i < 10; i++) queue.add('busy', `busy ${i}`);
  queue.add('rare', 'rare 0');
  queue.add('rare', 'rare 1');
  expect([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([
    'busy 0',
    'rare 0',
    'busy 1',
    'rare 1',
    'busy 2',
  ]);
});

test('the key with the fewest running entries is next', () => {
  const queue = new FairQueue<string>(limits);
  for (let i = 0; i < 3; i++) queue.add('a', `a${i}`);
  expect([queue.take(), queue.take()]).toEqual(['a0', 'a1']);
  for (let i = 0; i < 3; i++) queue.add('b', `b${i}`);
  expect([queue.take(), queue.take()]).toEqual(['b0', 'b1']);
  queue.done('a');
  queue.done('a');
  expect(queue.take()).toBe('a2');
  expect(queue.take()).toBe('b2');
  expect(queue.take()).toBeUndefined();
});

test('limits hold for all keys and for each; removed entries make room', () => {
  const queue = new FairQueue<number>({ total: 3, perKey: 2 });
  expect([queue.add('a', 1), queue.add('a', 2), queue.add('a', 3)]).toEqual([true, true, false]);
  expect([queue.add('b', 4), queue.add('c', 5)]).toEqual([true, false]);
  expect(queue.remove('a', 2)).toBe(true);
  expect(queue.remove('a', 2)).toBe(false);
  expect(queue.add('c', 5)).toBe(true);
  expect(queue.size).toBe(3);
  expect(queue.clear().sort()).toEqual([1, 4, 5]);
  expect(queue.size).toBe(0);
});
