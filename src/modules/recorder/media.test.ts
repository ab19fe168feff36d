import { expect, it } from 'vitest';
import { bareType, loudness, minutesLeft, recordingType, isThin } from './media.ts';

it('takes the first type that the browser records', () => {
  expect(recordingType('video', (type) => type.includes('webm'))).toBe('video/webm;codecs=vp8,opus');
  expect(recordingType('audio', (type) => type === 'audio/mp4')).toBe('audio/mp4');
  expect(recordingType('video', () => false)).toBeNull();
  expect(bareType('video/WebM; codecs="vp8,opus"')).toBe('video/webm');
});

it('says before recording how much fits, and nothing where the phone is full', () => {
  expect(minutesLeft('audio', { quota: 1_000_000_000, usage: 0 })).toBe(1875);
  expect(minutesLeft('video', { quota: 1_000_000_000, usage: 0 })).toBe(103);
  expect(minutesLeft('video', { quota: 1_000_000_000, usage: 990_000_000 })).toBe(0);
  expect(minutesLeft('audio', {})).toBe(0);
});

it('puts the level into words', () => {
  expect([0, 0.003, 0.05, 0.9].map((rms) => loudness(rms).word)).toEqual(['none', 'quiet', 'clear', 'loud']);
  expect(loudness(0).percent).toBe(0);
  expect(loudness(1).percent).toBe(100);
});

it('R18 offers the voice alone first where data is dear or the line thin, and not where nothing is known', () => {
  expect([isThin({ saveData: true, effectiveType: '4g' }), isThin({ effectiveType: '2g' }), isThin({ effectiveType: 'slow-2g' })]).toEqual([
    true,
    true,
    true
  ]);
  expect([isThin(), isThin({ effectiveType: '3g' }), isThin({ saveData: false })]).toEqual([false, false, false]);
});
