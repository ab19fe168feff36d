import { expect, it } from 'vitest';
import { placesMap } from './places-map.ts';

const place = (slug: string, latitude: number | null, longitude: number | null, count = 1) => ({ slug, latitude, longitude, count });

it('lays places out as they lie to one another, north up, inside the drawing', () => {
  const [south, north] = placesMap([place('south', 33, 36, 4), place('north', 36, 38), place('nowhere', null, null)]);
  expect(south!.y).toBeGreaterThan(north!.y);
  expect(south!.x).toBeLessThan(north!.x);
  expect(south!.radius).toBeGreaterThan(north!.radius);
  for (const dot of [south!, north!]) {
    expect(dot.x).toBeGreaterThan(40);
    expect(dot.x).toBeLessThan(440);
    expect(dot.y).toBeGreaterThan(40);
    expect(dot.y).toBeLessThan(320);
  }
});

it('draws nothing from one place, and takes two at the same spot', () => {
  expect(placesMap([place('one', 33, 36)])).toEqual([]);
  expect(placesMap([place('one', 33, 36), place('two', 33, 36)]).every(({ x, y }) => x === 240 && y === 180)).toBe(true);
});
