import { expect, it } from 'vitest';
import { attempts } from './attempts.server.ts';

function clock() {
  let at = 0;
  return { now: () => at, pass: (ms: number) => (at += ms) };
}

it('lets a few through at once, then one at a time', () => {
  const time = clock();
  const tries = attempts(3, 1_000, time.now);
  for (let n = 0; n < 3; n += 1) tries.take('a');
  expect(() => tries.take('a')).toThrow('too_many_requests');
  time.pass(1_000);
  tries.take('a');
  expect(() => tries.take('a')).toThrow('too_many_requests');
});

it('counts each address for itself, and waiting makes good again', () => {
  const time = clock();
  const tries = attempts(2, 1_000, time.now);
  tries.take('a');
  tries.take('a');
  tries.take('b');
  time.pass(10_000);
  tries.take('a');
  tries.take('a');
  expect(() => tries.take('a')).toThrow();
});

it('a refused try does not lengthen the wait', () => {
  const time = clock();
  const tries = attempts(1, 1_000, time.now);
  tries.take('a');
  for (let n = 0; n < 50; n += 1) expect(() => tries.take('a')).toThrow();
  time.pass(1_000);
  tries.take('a');
});
