import { expect, it } from 'vitest';
import { unbroken, yearsLine } from './years-line.ts';

it('keeps decades of silence between those spoken of', () => {
  expect(
    unbroken([
      { from: 1980, count: 2 },
      { from: 2000, count: 1 }
    ])
  ).toEqual([
    { from: 1980, to: 1989, count: 2 },
    { from: 1990, to: 1999, count: 0 },
    { from: 2000, to: 2009, count: 1 }
  ]);
  expect(unbroken([])).toEqual([]);
});

it('draws one line from end to end that is highest where most is spoken of', () => {
  const { line, under } = yearsLine([{ year: 1983, count: 5 }], [{ from: 1980, to: 1989 }]);
  const points = [...line.matchAll(/(-?[\d.]+) (-?[\d.]+)(?=C|$)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  const highest = points.reduce((a, b) => (b.y < a.y ? b : a));
  expect(points[0]!.x).toBe(0);
  expect(points.at(-1)!.x).toBe(1000);
  expect(highest).toEqual({ x: 350, y: 4 });
  expect(under.startsWith(line)).toBe(true);
  expect(under.endsWith('Z')).toBe(true);
});
