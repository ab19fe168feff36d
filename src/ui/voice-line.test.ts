import { expect, it } from 'vitest';
import { contours, gaps, seekByKey } from './voice-line.ts';

const numbers = (path: string) => [...path.matchAll(/-?\d+(\.\d+)?/g)].map(([found]) => Number(found));
const xs = (path: string) => numbers(path).filter((_, n) => n % 2 === 0);
const ys = (path: string) => numbers(path).filter((_, n) => n % 2 === 1);

it('draws one closed, filled contour from end to end, mirrored about the thread', () => {
  const [path, ...others] = contours([0, 50, 100, 20, 0], 10_000);
  expect(others).toEqual([]);
  expect(path).toMatch(/^M0 .*Z$/);
  expect(path).not.toContain('H');
  expect(path).not.toContain('V');
  expect(Math.max(...xs(path!))).toBe(1000);
  expect(Math.min(...ys(path!)) + Math.max(...ys(path!))).toBeCloseTo(60);
});

it('keeps a thread where nobody speaks, also without any peaks', () => {
  for (const peaks of [[0, 0, 0], []]) {
    const heights = ys(contours(peaks, 1_000)[0]!);
    expect(Math.max(...heights) - Math.min(...heights)).toBeCloseTo(1.2);
  }
});

it('leaves hidden parts out and marks them, a cut without length too', () => {
  const hidden = [
    { startMs: 2_000, endMs: 3_000 },
    { startMs: 5_000, endMs: 5_000 }
  ];
  const paths = contours(Array(50).fill(40), 10_000, hidden);
  expect(paths).toHaveLength(3);
  expect(Math.max(...xs(paths[0]!))).toBe(200);
  expect(Math.min(...xs(paths[1]!))).toBe(300);
  expect(gaps(10_000, hidden)).toEqual([
    { x: 200, width: 100 },
    { x: 500, width: 6 }
  ]);
});

it('stays small for a recording of hours', () => {
  expect(contours(Array(20_000).fill(30), 7_200_000)[0]!.length).toBeLessThan(25_000);
});

it('moves in time by the keys of a slider, never outside the recording', () => {
  expect(seekByKey('ArrowRight', 10, 60)).toBe(15);
  expect(seekByKey('ArrowLeft', 2, 60)).toBe(0);
  expect(seekByKey('PageUp', 50, 60)).toBe(60);
  expect(seekByKey('Home', 50, 60)).toBe(0);
  expect(seekByKey('End', 5, 60)).toBe(60);
  expect(seekByKey('a', 5, 60)).toBeNull();
});
