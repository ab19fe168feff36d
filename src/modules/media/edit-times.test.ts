import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joined, OMITTED, publicRange, publicSegment, silenced, timeMap, type Edit } from './edit-times.ts';

const LENGTH = 60_000;
const treatment = fc.constantFrom('cut', 'mute', 'tone', 'blur');
const edit = fc
  .record({ startMs: fc.integer({ min: -100, max: LENGTH }), lasts: fc.integer({ min: 1, max: 9_000 }), treatment })
  .map(({ startMs, lasts, treatment }): Edit => ({ startMs, endMs: startMs + lasts, treatment }));
const edits = fc.array(edit, { maxLength: 12 });
const moment = fc.integer({ min: 0, max: LENGTH - 1 });
const inside = (ms: number, ranges: readonly { startMs: number; endMs: number }[]) =>
  ranges.some(({ startMs, endMs }) => ms >= startMs && ms < endMs);

it('R24 maps time in order, a cut to nothing, and loses exactly what was cut', () => {
  fc.assert(
    fc.property(edits, moment, moment, (list, a, b) => {
      const map = timeMap(list, LENGTH);
      const cuts = joined(
        list.filter((one) => one.treatment === 'cut'),
        LENGTH
      );
      const [early, late] = a <= b ? [a, b] : [b, a];
      expect(map.nearest(early)).toBeLessThanOrEqual(map.nearest(late));
      expect(map.toPublic(a) === null).toBe(inside(a, cuts));
      expect(map.toPublic(a) ?? map.nearest(a)).toBe(map.nearest(a));
      expect(map.lengthMs).toBe(LENGTH - cuts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0));
      if (!inside(early, cuts) && !inside(late, cuts) && early < late) expect(map.toPublic(early)!).toBeLessThan(map.toPublic(late)!);
    })
  );
});

it('joins ranges into some that neither touch nor leave the length, and cover the same', () => {
  fc.assert(
    fc.property(edits, moment, (list, ms) => {
      const ranges = joined(list, LENGTH);
      expect(inside(ms, ranges)).toBe(inside(ms, list));
      for (const [at, { startMs, endMs }] of ranges.entries()) {
        expect(endMs).toBeGreaterThan(startMs);
        if (at) expect(startMs).toBeGreaterThan(ranges[at - 1]!.endMs);
      }
    })
  );
});

const words = fc.array(fc.integer({ min: 50, max: 2_000 }), { minLength: 1, maxLength: 20 }).map((lengths) =>
  lengths.reduce<{ w: string; s: number; e: number }[]>((all, length, at) => {
    const s = all.at(-1)?.e ?? 0;
    return [...all, { w: `word${at}`, s, e: s + length }];
  }, [])
);

it('R16 takes every word out of the text that a silenced range touches, and no other', () => {
  fc.assert(
    fc.property(edits, words, (list, spoken) => {
      const segment = { startMs: 0, endMs: spoken.at(-1)!.e, text: spoken.map(({ w }) => w).join(' '), words: spoken };
      const shown = publicSegment(segment, list, timeMap(list, LENGTH));
      const away = silenced(list);
      const heard = spoken.filter(({ s, e }) => !away.some(({ startMs, endMs }) => s < endMs && startMs < e)).map(({ w }) => w);
      const left = (shown?.text ?? '').split(' ').filter((w) => w && w !== OMITTED);
      expect(left).toEqual(shown ? heard : []);
      if (!shown) expect(heard).toEqual([]);
      expect(shown?.words.map(({ w }) => w) ?? []).toEqual(shown ? heard : []);
      for (const { s, e } of shown?.words ?? []) {
        expect(e).toBeGreaterThanOrEqual(s);
        expect(e).toBeLessThanOrEqual(shown!.endMs);
      }
    })
  );
});

const spoken = {
  startMs: 1_000,
  endMs: 3_000,
  text: 'his name is Samir',
  words: ['his', 'name', 'is', 'Samir'].map((w, at) => ({ w, s: 1_000 + at * 500, e: 1_500 + at * 500 }))
};
const edited = (startMs: number, endMs: number, treatment: Edit['treatment']) => {
  const list = [{ startMs, endMs, treatment }];
  return publicSegment(spoken, list, timeMap(list, LENGTH));
};

it('R16 leaves a mark where words were', () => {
  expect(edited(2_400, 3_000, 'mute')).toMatchObject({ text: 'his name […]', endMs: 3_000, redacted: true });
  expect(edited(2_500, 3_000, 'cut')).toMatchObject({ text: 'his name is […]', endMs: 2_500, redacted: true });
  expect(edited(1_000, 3_000, 'tone')).toMatchObject({ text: OMITTED, words: [], redacted: true });
  expect(edited(900, 3_100, 'cut')).toBeNull();
});

it('keeps a text whole when a range falls between its words', () => {
  const [his, name] = spoken.words;
  const paused = { ...spoken, words: [his!, { ...name!, s: 1_700 }, ...spoken.words.slice(2)] };
  const list: Edit[] = [{ startMs: 1_500, endMs: 1_700, treatment: 'mute' }];
  expect(publicSegment(paused, list, timeMap(list, LENGTH))).toMatchObject({ text: spoken.text, redacted: false });
});

it('keeps what is said while the picture is blurred', () => {
  expect(edited(900, 3_100, 'blur')).toEqual({ startMs: 1_000, endMs: 3_000, text: spoken.text, words: spoken.words, redacted: false });
});

it('R16 keeps nothing of a text without word times that a silenced range touches', () => {
  const list: Edit[] = [{ startMs: 2_900, endMs: 3_500, treatment: 'mute' }];
  expect(publicSegment({ ...spoken, words: [] }, list, timeMap(list, LENGTH))).toMatchObject({ text: OMITTED, words: [] });
});

it('tells of a cut as a moment, of what is silenced as a range', () => {
  const list: Edit[] = [
    { startMs: 1_000, endMs: 2_000, treatment: 'cut' },
    { startMs: 5_000, endMs: 6_000, treatment: 'tone' }
  ];
  const map = timeMap(list, LENGTH);
  expect(list.map((one) => publicRange(one, map))).toEqual([
    { startMs: 1_000, endMs: 1_000 },
    { startMs: 4_000, endMs: 5_000 }
  ]);
});
