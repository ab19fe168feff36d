import { expect, it } from 'vitest';
import { secondsLeft } from './estimate.ts';

it('R25 says how long the rest takes at the measured speed, in steps that do not jump about', () => {
  // 20 kbit/s, one megabyte left: 400 seconds.
  expect(secondsLeft(25_000, 10_000, 1_000_000)).toBe(420);
  expect(secondsLeft(1_000_000, 4_000, 3_000_000)).toBe(20);
  expect(secondsLeft(1_000_000, 4_000, 0)).toBe(0);
});

it('R25 promises nothing before it has measured', () => {
  expect(secondsLeft(100_000, 2_999, 1_000_000)).toBeNull();
  expect(secondsLeft(0, 60_000, 1_000_000)).toBeNull();
});
