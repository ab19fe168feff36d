import { expect, it } from 'vitest';
import { timeMap, type Edit } from '#modules/media/edit-times.ts';
import { publicText, type SegmentToPublish, type TranslationToPublish } from './public-text.ts';

const SEALED = new Date('2026-02-01T00:00:00Z');
const AFTER = new Date('2026-02-02T00:00:00Z');
const BEFORE = new Date('2026-01-31T00:00:00Z');

const english: TranslationToPublish = {
  language: 'en',
  text: 'His name is Samir',
  provenance: 'human',
  confirmed: true,
  sourceVersion: 3,
  changedAt: AFTER
};
const segment: SegmentToPublish = {
  startMs: 0,
  endMs: 2_000,
  speaker: 'A',
  text: 'اسمه سامر',
  words: [
    { w: 'اسمه', s: 0, e: 1_000 },
    { w: 'سامر', s: 1_000, e: 2_000 }
  ],
  provenance: 'machine',
  confirmed: false,
  version: 3,
  translations: [english]
};
const redacted = (...edits: Edit[]) => ({ edits, map: timeMap(edits, 10_000), sealedAt: SEALED });
const NAME: Edit = { startMs: 1_000, endMs: 2_000, treatment: 'mute' };
const published = (changed: Partial<TranslationToPublish>, ...edits: Edit[]) =>
  publicText({ ...segment, translations: [{ ...english, ...changed }] }, redacted(...edits))!.translations;

it('R37 gives texts with who made them: a machine until a person wrote or confirmed it', () => {
  expect(publicText(segment, redacted())).toMatchObject({ text: segment.text, provenance: 'machine' });
  expect(publicText({ ...segment, confirmed: true }, redacted())).toMatchObject({ provenance: 'human' });
  expect(published({ provenance: 'machine', confirmed: false })).toEqual({ en: { text: english.text, provenance: 'machine' } });
});

it('R16 takes the name out of the text, and every translation that may still hold it', () => {
  expect(publicText({ ...segment, translations: [] }, redacted(NAME))).toMatchObject({ text: 'اسمه […]', translations: {} });
  expect(published({ changedAt: BEFORE }, NAME)).toEqual({});
  expect(published({ confirmed: false }, NAME)).toEqual({});
  expect(published({ provenance: 'machine' }, NAME)).toEqual({});
  expect(published({ sourceVersion: 2 }, NAME)).toEqual({});
});

it('keeps a translation that a person wrote and confirmed knowing what was redacted', () => {
  expect(published({ text: 'His name is …' }, NAME)).toEqual({ en: { text: 'His name is …', provenance: 'human' } });
});

it('keeps every translation where only the picture is blurred', () => {
  expect(published({ changedAt: BEFORE }, { ...NAME, treatment: 'blur' })).toHaveProperty('en');
});

it('holds back a text without times of a recording in which anything is silenced', () => {
  const untimed = { ...segment, startMs: null, endMs: null };
  expect(publicText(untimed, redacted(NAME))).toBeNull();
  expect(publicText(untimed, redacted())).toMatchObject({ text: segment.text });
  expect(publicText(untimed, null)).toMatchObject({ text: segment.text, startMs: null, words: [] });
});
