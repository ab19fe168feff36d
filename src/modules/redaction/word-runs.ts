import type { Word } from '#modules/transcript/words.ts';

/** Words beside each other, as they are read, and when they are spoken (ms of the recording). */
export type WordRun = { text: string; startMs: number; endMs: number };

/** The words at the marked places, those beside each other as one. Places that no word has are ignored. */
export function wordRuns(words: readonly Word[], marked: readonly number[]): WordRun[] {
  const places = [...new Set(marked)].filter((place) => words[place]).sort((a, b) => a - b);
  const runs: (WordRun & { last: number })[] = [];
  for (const place of places) {
    const { w, s, e } = words[place]!;
    const run = runs.at(-1);
    if (run?.last === place - 1) Object.assign(run, { text: `${run.text} ${w}`, endMs: Math.max(run.endMs, e), last: place });
    else runs.push({ text: w, startMs: s, endMs: Math.max(e, s + 1), last: place });
  }
  return runs.map(({ text, startMs, endMs }) => ({ text, startMs, endMs }));
}
