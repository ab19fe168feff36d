import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import * as icons from './icons.ts';

const folder = path.join(path.dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');
const fileName = (name: string) => `${name.replace(/([A-Z]|\d+)/g, '-$1').toLowerCase()}.svg`;

it.each(Object.entries(icons))('draws %s with as many strokes as lucide does', (name, drawing) => {
  const source = readFileSync(path.join(folder, fileName(name)), 'utf8');
  const shapes = source.match(/<(path|circle|rect|line|polyline|polygon|ellipse)\b/g)!.length;
  // Each shape begins with an absolute move: a relative one would hang on the end of the shape before it.
  expect(drawing.match(/M/g)!.length).toBeGreaterThanOrEqual(shapes);
  expect(drawing).toMatch(/^M/);
});
