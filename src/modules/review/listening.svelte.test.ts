import { afterEach, expect, it, vi } from 'vitest';
import { Listening } from './listening.svelte.ts';

const storage = () => {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
};
afterEach(() => vi.useRealTimers());

it('R40 reminds once when the chosen time of listening is reached, across pages', () => {
  const keep = storage();
  const first = new Listening(keep);
  first.remind(30);
  first.heard(20 * 60_000);
  const second = new Listening(keep);
  expect([second.ms, second.due]).toEqual([20 * 60_000, false]);
  second.heard(10 * 60_000);
  expect(second.due).toBe(true);
  second.due = false;
  second.heard(60_000);
  expect(second.due).toBe(false);
});

it('R40 begins every day at nothing, and forgets no choice', () => {
  vi.useFakeTimers({ now: new Date('2026-03-01T22:00:00Z') });
  const keep = storage();
  const listening = new Listening(keep);
  listening.remind(60);
  listening.heard(59 * 60_000);
  vi.setSystemTime(new Date('2026-03-02T06:00:00Z'));
  listening.heard(60_000);
  expect([listening.ms, listening.due]).toEqual([60_000, false]);
  expect(new Listening(keep).remindAt).toBe(60);
});

it('begins anew where what was kept cannot be read', () => {
  expect(new Listening({ getItem: () => '{', setItem: () => undefined }).ms).toBe(0);
});
