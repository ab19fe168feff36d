import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const colours = new Map(
  [...tokens.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light, dark }
  ])
);
type Scheme = 'light' | 'dark';

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(one: string, other: string, scheme: Scheme): number {
  const [a, b] = [one, other].map((name) => luminance(colours.get(name)![scheme]!));
  return (Math.max(a!, b!) + 0.05) / (Math.min(a!, b!) + 0.05);
}

const PAPERS = ['paper', 'paper-sunk', 'paper-raised', 'paper-warm'];
const WASHES = ['accent-wash', 'safe-wash', 'caution-wash', 'grave-wash'];
const MARKS = ['highlight', 'now', 'doubt', 'redacted'];
const pairs = (ones: string[], others: string[]) => ones.flatMap((one) => others.map((other) => [one, other] as const));

const TEXT = [
  ...pairs(['ink', 'ink-soft', 'accent', 'accent-deep', 'safe', 'caution', 'grave'], PAPERS),
  ...pairs(['ink', 'ink-soft'], WASHES),
  ...pairs(['ink'], MARKS),
  ['ink-on-accent', 'accent'],
  ['ink-on-accent', 'accent-deep'],
  ['safe', 'safe-wash'],
  ['caution', 'caution-wash'],
  ['grave', 'grave-wash'],
  ['accent-deep', 'accent-wash']
] as const;
const CONTROLS = pairs(['edge', 'focus', 'warm'], PAPERS);

it.each(['light', 'dark'] as const)('R39 keeps every text at 4.5:1 and every control at 3:1, %s', (scheme) => {
  const low = [
    ...TEXT.filter(([one, other]) => contrast(one, other, scheme) < 4.5),
    ...CONTROLS.filter(([one, other]) => contrast(one, other, scheme) < 3)
  ].map(([one, other]) => `${one} on ${other}: ${contrast(one, other, scheme).toFixed(2)}`);
  expect(low).toEqual([]);
});
