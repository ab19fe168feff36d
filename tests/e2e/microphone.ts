import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { chromium, type Browser } from '@playwright/test';
import type { WorkingLanguage } from '#i18n/locale.ts';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';
import { voices } from '../support/speech.ts';

/** Quiet before the voice begins: opening the microphone and pressing the button takes a while. */
const LEAD_SECONDS = 8;

/** What is said into the microphone, each sentence followed by a second of quiet. Invented. */
export const SAID: Record<WorkingLanguage, readonly string[]> = {
  en: [
    'Every morning we shared the bread in four equal parts.',
    'My neighbour told us about a film he had seen in the city.',
    'His name was Thomas and he came from the harbour.'
  ],
  ar: ['السَّلامُ عَلَيْكُمْ وَرَحْمَةُ اللهِ وَبَرَكاتُهُ', 'كُنْتُ فِي السِّجْنِ سَنَةً كامِلَة', 'ثُمَّ وَصَلَتْ رِسَالَةٌ مِنْ أُمِّي']
};

/** A sound file in which `sentences` are spoken, and its length in seconds. */
export async function spoken(
  locale: WorkingLanguage,
  sentences: readonly string[] = SAID[locale]
): Promise<{ file: string; seconds: number }> {
  const { arabic, english, joined, lengthOf } = await voices();
  const parts: string[] = [];
  for (const sentence of sentences) parts.push(await (locale === 'ar' ? arabic : english)(sentence));
  const together = await joined(parts, 1);
  const file = path.join(path.dirname(together), 'microphone.wav');
  execFileSync('ffmpeg', [
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-i',
    together,
    '-af',
    `adelay=${LEAD_SECONDS * 1000}:all=1`,
    '-ar',
    '48000',
    file
  ]);
  return { file, seconds: (await lengthOf(file)) / 1000 };
}

/** A browser whose microphone hears the file once, from the moment it is opened. */
export const listeningTo = (file: string): Promise<Browser> =>
  chromium.launch({ executablePath: BROWSER_PATH, args: [...BROWSER_FLAGS, `--use-file-for-fake-audio-capture=${file}%noloop`] });
