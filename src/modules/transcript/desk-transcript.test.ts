import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { custodyOf, evenWords, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { confirmTranslation } from '#modules/translation/confirm-translation.server.ts';
import { editTranslation } from '#modules/translation/edit-translation.server.ts';
import type { Account } from '#platform/actor.ts';
import { addSegment } from './add-segment.server.ts';
import { confirmSegment, confirmTranscript } from './confirm-segment.server.ts';
import { editSegment } from './edit-segment.server.ts';
import { importCaptions, type CaptionFile } from './import-captions.server.ts';
import { mergeSegments } from './merge-segments.server.ts';
import { readTranscript } from './read-transcript.server.ts';
import { readVersions } from './read-versions.server.ts';
import { renameSpeaker } from './rename-speaker.server.ts';
import { retimeSegment } from './retime-segment.server.ts';
import { splitSegment } from './split-segment.server.ts';
import { tokens } from './words.ts';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
let reviewer: Account, linguist: Account;

beforeAll(async () => {
  reviewer = await staff(sql, ['reviewer']);
  linguist = await staff(sql, ['linguist']);
});
afterAll(database.close);

const passages = async (laid: Laid, actor = reviewer) => readTranscript(deps, actor, { testimonyId: laid.id, into: 'en' });
const importedBy = async (who: Account, file: CaptionFile) => importCaptions(deps, who, file);
const nth = async (laid: Laid, at: number) => (await passages(laid))[at]!;
const at = ({ id, version }: { id: Laid['segmentIds'][number]; version: number }) => ({ segmentId: id, version });

it('R37 corrects words, keeps what the machine wrote, and calls the text a machine’s until somebody confirms it', async () => {
  const laid = await testimony(sql);
  const before = await nth(laid, 0);
  const edited = await editSegment(deps, reviewer, { ...at(before), text: 'كنّا نقسم رغيف الخبز أربعة أقسام' });
  expect(edited).toMatchObject({ provenance: 'machine', machineText: before.text, version: 2 });
  expect(edited.words.map(({ w }) => w)).toEqual(tokens(edited.text));
  expect(edited.words[0]).toEqual(before.words[0]);
  expect((await nth(laid, 0)).translation).toMatchObject({ stale: true });

  const confirmed = await confirmSegment(deps, reviewer, at(edited));
  expect(confirmed).toMatchObject({ provenance: 'human', confirmed: true });
});

it('two people never overwrite each other', async () => {
  const laid = await testimony(sql);
  const before = await nth(laid, 0);
  const edits = ['من الأول', 'من الثاني'].map((text) => editSegment(deps, reviewer, { ...at(before), text }));
  const outcomes = await Promise.allSettled(edits);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ code: 'changed_meanwhile' });
});

it('leaves translations fresh when only the speaker, the times or the confirmation changed', async () => {
  const laid = await testimony(sql);
  const confirmed = await confirmSegment(deps, reviewer, at(await nth(laid, 0)));
  await retimeSegment(deps, reviewer, { ...at(confirmed), startMs: 500, endMs: 4_200 });
  expect(await renameSpeaker(deps, reviewer, { testimonyId: laid.id, from: 'سامر', to: 'م. ك.' })).toBe(2);
  const [first, second, third] = await passages(laid);
  expect([first!.speaker, second!.speaker, third!.speaker]).toEqual(['م. ك.', 'م. ك.', 'المحاورة']);
  expect(first!.translation).toMatchObject({ stale: false });
  expect(second!.translation).toMatchObject({ stale: false });
});

it('R36 logs one correction for a sitting, however often the same passage is saved, and one for each person', async () => {
  const laid = await testimony(sql);
  for (const text of ['واحد', 'اثنان', 'ثلاثة']) await editSegment(deps, reviewer, { ...at(await nth(laid, 0)), text });
  const second = await staff(sql, ['reviewer']);
  await editSegment(deps, second, { ...at(await nth(laid, 0)), text: 'أربعة' });
  expect(await custodyOf(sql, laid)).toEqual(['text_corrected', 'text_corrected']);
});

it('splits at the caret and merges back to the same words at the same times', async () => {
  const laid = await testimony(sql);
  const before = await nth(laid, 0);
  const [first, second] = await splitSegment(deps, reviewer, { ...at(before), caret: before.text.indexOf('الرغيف') });
  expect([first.text, second.text]).toEqual(['كنّا نقسم', 'الرغيف أربعة أقسام']);
  expect(second.startMs).toBe(second.words[0]!.s);
  expect(first.endMs!).toBeLessThanOrEqual(second.startMs!);
  expect((await passages(laid)).map(({ id }) => id).slice(0, 2)).toEqual([first.id, second.id]);

  const merged = await mergeSegments(deps, reviewer, at(second));
  expect(merged).toMatchObject({ text: before.text, words: before.words, startMs: before.startMs, endMs: before.endMs });
  expect(await passages(laid)).toHaveLength(3);
});

it('refuses a split that leaves a side empty and a merge of the first passage', async () => {
  const laid = await testimony(sql);
  const first = await nth(laid, 0);
  await expect(splitSegment(deps, reviewer, { ...at(first), caret: first.text.length })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(mergeSegments(deps, reviewer, at(first))).rejects.toMatchObject({ code: 'invalid_input' });
});

it('merges translations, and one of two machines’ texts stays a machine’s', async () => {
  const laid = await testimony(sql);
  await mergeSegments(deps, reviewer, at(await nth(laid, 1)));
  expect((await nth(laid, 0)).translation).toMatchObject({
    text: 'We cut the loaf into four and kept one piece for whoever came in new',
    provenance: 'machine',
    stale: true
  });
});

it('checks times against the neighbours and the recording', async () => {
  const laid = await testimony(sql);
  const second = await nth(laid, 1);
  const retime = (startMs: number, endMs: number) => retimeSegment(deps, reviewer, { ...at(second), startMs, endMs });
  await expect(retime(3_999, 8_000)).rejects.toMatchObject({ code: 'invalid_input', detail: { field: 'startMs' } });
  await expect(retime(4_500, 9_001)).rejects.toMatchObject({ code: 'invalid_input', detail: { field: 'endMs' } });
  const last = await nth(laid, 2);
  await expect(retimeSegment(deps, reviewer, { ...at(last), startMs: 9_000, endMs: 15_001 })).rejects.toMatchObject({
    code: 'invalid_input'
  });
  expect(await retime(4_000, 9_000)).toMatchObject({ startMs: 4_000, endMs: 9_000 });
});

it('lets a person type by hand what no engine could: transcript and translation', async () => {
  const laid = await testimony(sql, { language: 'ku', spoken: null });
  await sql(`insert into assignment (testimony_id, user_id, task) values ($1, $2, 'transcribe')`, [laid.id, linguist.userId]);
  const add = (startMs: number, endMs: number, text: string) =>
    addSegment(deps, linguist, { testimonyId: laid.id, recordingId: laid.recordingId!, startMs, endMs, speaker: '', text });
  const later = await add(5_000, 8_000, 'رۆژێک');
  await add(1_000, 4_000, 'بەیانی باش');
  await expect(add(3_500, 4_500, 'نا')).rejects.toMatchObject({ code: 'invalid_input', detail: { field: 'startMs' } });
  const written = await editTranslation(deps, linguist, {
    segmentId: later.id,
    language: 'en',
    text: 'One day',
    version: null,
    sourceVersion: later.version
  });
  expect(written).toMatchObject({ provenance: 'human', stale: false });
  expect((await passages(laid, linguist)).map(({ text, provenance, startMs }) => [text, provenance, startMs])).toEqual([
    ['بەیانی باش', 'human', 1_000],
    ['رۆژێک', 'human', 5_000]
  ]);
  expect(await custodyOf(sql, laid)).toEqual(['text_corrected']);
});

it('takes in a caption file where there is no transcript yet, as a machine’s until confirmed', async () => {
  const laid = await testimony(sql, { spoken: null });
  const from = { testimonyId: laid.id, recordingId: laid.recordingId! };
  const srt = '1\n00:00:01,000 --> 00:00:04,000\nكنّا نقسم الرغيف\n\n2\n00:00:05,000 --> 00:00:08,000\nأربعة أقسام\n';
  const broken = importedBy(reviewer, { ...from, file: srt.replace('04,000', '00,500') });
  await expect(broken).rejects.toMatchObject({ code: 'invalid_input', detail: { field: 'line 2' } });
  const late = importedBy(reviewer, { ...from, file: srt.replace('08,000', '48,000') });
  await expect(late).rejects.toMatchObject({ code: 'invalid_input', detail: { field: 'file' } });
  expect(await importedBy(reviewer, { ...from, file: srt })).toBe(2);
  expect(await passages(laid)).toMatchObject([
    { text: 'كنّا نقسم الرغيف', startMs: 1_000, provenance: 'machine', words: [{ w: 'كنّا' }, { w: 'نقسم' }, { w: 'الرغيف' }] },
    { text: 'أربعة أقسام', endMs: 8_000 }
  ]);
  await expect(importedBy(reviewer, { ...from, file: srt })).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(importedBy(linguist, { ...from, file: srt })).rejects.toMatchObject({ code: 'not_found' });
});

it('keeps what a passage said before each change, and who changed it', async () => {
  const laid = await testimony(sql);
  const before = await nth(laid, 0);
  const edited = await editSegment(deps, reviewer, { ...at(before), text: 'غير ذلك' });
  await confirmSegment(deps, reviewer, at(edited));
  expect(await readVersions(deps, reviewer, { segmentId: before.id })).toMatchObject([
    { version: 1, text: before.text, replacedBy: reviewer.displayName }
  ]);
  expect(await readVersions(deps, await staff(sql, ['admin']), { segmentId: before.id })).toEqual([]);
});

it('R37 confirms a translation beside its source as it is now', async () => {
  const laid = await testimony(sql);
  const edited = await editSegment(deps, reviewer, { ...at(await nth(laid, 0)), text: 'كنّا نقسم الرغيف أربعة' });
  const said = { segmentId: edited.id, language: 'en' };
  const better = await editTranslation(deps, reviewer, {
    ...said,
    text: 'We cut the loaf in four',
    version: 1,
    sourceVersion: edited.version
  });
  expect(better).toMatchObject({ provenance: 'machine', stale: false, machineText: 'We cut the loaf into four' });
  await expect(confirmTranslation(deps, reviewer, { ...said, version: 1 })).rejects.toMatchObject({ code: 'changed_meanwhile' });
  expect(await confirmTranslation(deps, reviewer, { ...said, version: better.version })).toMatchObject({ provenance: 'human' });
});

it('is sure of words somebody looked at, and unsure of those they marked', async () => {
  const laid = await testimony(sql);
  const before = await nth(laid, 0);
  const last = before.words.length - 1;
  expect(before.words[last]!.p).toBeLessThan(0.6);
  const edited = await editSegment(deps, reviewer, { ...at(before), text: before.text, sure: [last], unsure: [0] });
  expect([edited.words[0]!.p, edited.words[last]!.p]).toEqual([0, 1]);
});

it('confirms all that is left at once', async () => {
  const laid = await testimony(sql);
  await confirmSegment(deps, reviewer, at(await nth(laid, 1)));
  expect(await confirmTranscript(deps, reviewer, { testimonyId: laid.id })).toBe(2);
  expect(
    (await passages(laid)).every(({ confirmed, provenance, translation }) => confirmed && provenance === 'human' && !translation?.stale)
  ).toBe(true);
});

it('answers "not found" to whoever it is not assigned to, and changes nothing once it is approved', async () => {
  const laid = await testimony(sql);
  const segment = await nth(laid, 0);
  const stranger = await staff(sql, ['linguist']);
  const admin = await staff(sql, ['admin']);
  for (const other of [stranger, admin]) {
    expect(await passages(laid, other)).toEqual([]);
    await expect(editSegment(deps, other, { ...at(segment), text: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  }
  const done = await testimony(sql, { state: 'approved', sealed: true });
  const approved = await nth(done, 0);
  await expect(editSegment(deps, reviewer, { ...at(approved), text: 'x' })).rejects.toMatchObject({ code: 'not_found' });
});

it('edits a passage of a written testimony, which has no times', async () => {
  const laid = await testimony(sql, { kind: 'written' });
  const before = await nth(laid, 0);
  expect(before).toMatchObject({ startMs: null, words: [] });
  const [first, second] = await splitSegment(deps, reviewer, { ...at(before), caret: before.text.indexOf('الرغيف') });
  expect([first.startMs, second.startMs, second.words]).toEqual([null, null, []]);
  expect((await mergeSegments(deps, reviewer, at(second))).text).toBe(before.text);
});

it('saves a passage of 2,400 words in well under a second', async () => {
  const text = Array.from({ length: 2_400 }, (_, place) => `كلمة${place % 97}`).join(' ');
  const spoken = [{ startMs: 0, endMs: 900_000, text }];
  const laid = await testimony(sql, { spoken, durationMs: 900_000 });
  expect(evenWords(spoken[0]!)).toHaveLength(2_400);
  const before = await nth(laid, 0);
  const began = performance.now();
  await editSegment(deps, reviewer, { ...at(before), text: text.replace('كلمة50', 'غيرها') });
  expect(performance.now() - began).toBeLessThan(1_000);
});
