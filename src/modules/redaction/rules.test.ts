import fc from 'fast-check';
import { expect, it } from 'vitest';
import { disguiseConsentAsks, joined, unmetConsent, type Range } from './rules.ts';

const plain = { audioOnly: false, disguiseVoice: false, blurPicture: false };
const video = [{ kind: 'video' as const, durationMs: 60_000, cuts: [] }];
const audio = [{ kind: 'audio' as const, durationMs: 60_000, cuts: [] }];

it('R4 shows no face and lets no voice be heard that was not consented to', () => {
  expect(unmetConsent({ face: false, voice: false }, plain, video)).toEqual(['face_shown', 'voice_plain']);
  expect(unmetConsent({ face: false, voice: true }, { ...plain, blurPicture: true }, video)).toEqual([]);
  expect(unmetConsent({ face: false, voice: true }, { ...plain, audioOnly: true }, video)).toEqual([]);
  expect(unmetConsent({ face: false, voice: true }, plain, audio)).toEqual([]);
  expect(unmetConsent({ face: true, voice: false }, { ...plain, audioOnly: true }, video)).toEqual(['voice_plain']);
  expect(unmetConsent({ face: true, voice: false }, { ...plain, disguiseVoice: true }, audio)).toEqual([]);
});

it('R4 asks nothing of a written testimony', () => {
  expect(unmetConsent({ face: false, voice: false }, plain, [])).toEqual([]);
});

it('R4 always begins with a disguise that consent is content with', () => {
  fc.assert(
    fc.property(fc.record({ face: fc.boolean(), voice: fc.boolean() }), fc.constantFrom(video, audio), (traits, media) => {
      expect(
        unmetConsent(
          traits,
          disguiseConsentAsks(
            traits,
            media.map(({ kind }) => kind)
          ),
          media
        )
      ).toEqual([]);
    })
  );
});

it('says when cuts would leave nothing', () => {
  const cuts = [
    { startMs: 0, endMs: 30_000 },
    { startMs: 29_000, endMs: 61_000 }
  ];
  expect(unmetConsent({ face: true, voice: true }, plain, [{ kind: 'audio', durationMs: 60_000, cuts }])).toEqual(['whole_cut']);
});

it('joins ranges into ones that neither touch nor overlap and cover the same instants', () => {
  const range = fc
    .tuple(fc.nat(200), fc.integer({ min: 1, max: 40 }))
    .map(([startMs, length]): Range => ({ startMs, endMs: startMs + length }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), fc.nat(260), (ranges, instant) => {
      const holds = (all: readonly Range[]) => all.some(({ startMs, endMs }) => instant >= startMs && instant < endMs);
      const out = joined(ranges);
      expect(holds(out)).toBe(holds(ranges));
      out.slice(1).forEach(({ startMs }, at) => expect(startMs).toBeGreaterThan(out[at]!.endMs));
    })
  );
});
