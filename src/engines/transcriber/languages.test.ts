import { expect, it } from 'vitest';
import {
  languageAnswered,
  languagesOfModel,
  servedLanguage,
  transcriberLanguage,
  translatesToEnglish,
  WHISPER_LANGUAGES
} from './languages.ts';

it.each([
  ['ar', 'ar'],
  ['ar-SY', 'ar'],
  ['apc', 'ar'],
  ['arb', 'ar'],
  ['prs', 'fa'],
  ['pes', 'fa'],
  ['nb', 'no'],
  ['iw', 'he'],
  ['cmn-Hant', 'zh'],
  ['EN', 'en']
])('reads %s as %s', (tag, code) => expect(transcriberLanguage(tag)).toBe(code));

it.each(['ku', 'kmr', 'ckb', 'syc', 'ti', 'ug', 'und', 'yue', '', 'no tag', '__proto__'])('needs a human for "%s"', (tag) =>
  expect(transcriberLanguage(tag)).toBeNull()
);

it('knows the names that servers answer', () => {
  expect(languageAnswered('Arabic')).toBe('ar');
  expect(languageAnswered('ar')).toBe('ar');
  expect(languageAnswered('klingon')).toBeNull();
  expect(WHISPER_LANGUAGES).toHaveLength(99);
});

it('does not translate English into English', () => {
  expect(translatesToEnglish('apc')).toBe(true);
  expect(translatesToEnglish('en-GB')).toBe(false);
  expect(translatesToEnglish('kmr')).toBe(false);
});

it('decides by the table of the engine at hand', () => {
  expect(servedLanguage(languagesOfModel('Systran/faster-whisper-large-v3'), 'apc-SY')).toBe('ar');
  expect(servedLanguage(languagesOfModel('distil-small.en'), 'apc-SY')).toBeNull();
  expect(servedLanguage(languagesOfModel('base.en'), 'en-GB')).toBe('en');
  expect(servedLanguage(languagesOfModel(null), 'kmr')).toBeNull();
  expect(servedLanguage(['kmr', 'ckb'], 'kmr')).toBe('kmr');
});
