import { expect, it, vi } from 'vitest';
import type { SegmentId } from '#platform/ids.ts';
import type { PassageChange } from './change-passage.server.ts';
import { TranscriptEditor, type Sent } from './editor.svelte.ts';
import type { Passage } from './read-transcript.server.ts';
import { shareOut, tokens } from './words.ts';

const passage = (id: string, text: string): Passage => ({
  id: id as SegmentId,
  recordingId: null,
  startMs: 0,
  endMs: 1_000,
  speaker: '',
  text,
  words: shareOut(tokens(text), { startMs: 0, endMs: 1_000 }),
  machineText: text,
  provenance: 'machine',
  confirmed: false,
  version: 1,
  translation: null
});

/** An archive of one desk: keeps what it is sent as the real one does. */
function archive(passages: Passage[]) {
  const rows = new Map(passages.map((row) => [row.id, row]));
  const send = vi.fn(async (change: PassageChange): Promise<Sent> => {
    const row = rows.get(change.segmentId)!;
    if ('version' in change && change.do === 'edit' && change.version !== row.version) return { theirs: { segment: row } };
    if (change.do !== 'edit') return { refused: 'wrong_state' };
    const now = { ...row, text: change.text, speaker: change.speaker ?? row.speaker, version: row.version + 1 };
    rows.set(row.id, now);
    return { done: { segments: [now] } };
  });
  return { rows, send };
}

it('sends what was typed once, however many keystrokes it took', async () => {
  const { rows, send } = archive([passage('a', 'كنا'), passage('b', 'هنا')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  for (const text of ['ك', 'كن', 'كنّ', 'كنّا']) editor.typed(editor.passages[0]!, text);
  expect(editor.saving).toBe('unsaved');
  await editor.flush();
  expect(send).toHaveBeenCalledOnce();
  expect(rows.get('a' as SegmentId)!.text).toBe('كنّا');
  expect(editor.saving).toBe('saved');
});

it('keeps what is typed while a save is under way, and sends it next on the new version', async () => {
  const { rows, send } = archive([passage('a', 'one')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  const [draft] = editor.passages;
  editor.typed(draft!, 'one two');
  const answer = send.getMockImplementation()!;
  send.mockImplementationOnce((change) => {
    editor.typed(draft!, 'one two three');
    return answer(change);
  });
  await editor.flush();
  expect(editor.saving).toBe('unsaved');
  expect(draft!.text).toBe('one two three');
  await editor.flush();
  expect(rows.get('a' as SegmentId)).toMatchObject({ text: 'one two three', version: 3 });
});

it('shows both texts when someone else changed the passage, and sends nothing until one is chosen', async () => {
  const { rows, send } = archive([passage('a', 'one')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  const [draft] = editor.passages;
  rows.set('a' as SegmentId, { ...passage('a', 'theirs'), version: 4 });
  editor.typed(draft!, 'mine');
  await editor.flush();
  expect(draft!.conflict).toMatchObject({ text: 'theirs' });
  editor.typed(draft!, 'mine too');
  await editor.flush();
  expect(rows.get('a' as SegmentId)!.text).toBe('theirs');

  editor.keepMine(draft!);
  await editor.flush();
  expect(rows.get('a' as SegmentId)).toMatchObject({ text: 'mine too', version: 5 });
});

it('takes what someone else saved', async () => {
  const { rows, send } = archive([passage('a', 'one')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  const [draft] = editor.passages;
  rows.set('a' as SegmentId, { ...passage('a', 'theirs'), version: 4 });
  editor.typed(draft!, 'mine');
  await editor.flush();
  editor.takeTheirs(draft!);
  expect(draft).toMatchObject({ text: 'theirs', version: 4, conflict: null });
  expect(editor.unsaved).toBe(false);
});

it('asks nobody when only the version moved on', async () => {
  const { rows, send } = archive([passage('a', 'one')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  const [draft] = editor.passages;
  rows.set('a' as SegmentId, { ...passage('a', 'one'), confirmed: true, version: 2 });
  editor.typed(draft!, 'one two');
  await editor.flush();
  await editor.flush();
  expect(draft!.conflict).toBeNull();
  expect(rows.get('a' as SegmentId)).toMatchObject({ text: 'one two', version: 3 });
});

it('loses nothing while the line is down, and says why', async () => {
  const { rows, send } = archive([passage('a', 'one')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  send.mockResolvedValueOnce({ refused: 'offline' });
  editor.typed(editor.passages[0]!, 'two');
  await editor.flush();
  expect([editor.failure, editor.unsaved, editor.passages[0]!.text]).toEqual(['offline', true, 'two']);
  editor.tick();
  expect(send).toHaveBeenCalledOnce();
  await editor.flush();
  expect([editor.failure, editor.unsaved]).toEqual([null, false]);
  expect(rows.get('a' as SegmentId)!.text).toBe('two');
});

it('replaces words in every passage', () => {
  const { rows, send } = archive([passage('a', 'أبو سليم قال'), passage('b', 'قال أبو سليم، أبو سليم')]);
  const editor = new TranscriptEditor([...rows.values()], 'en', send);
  expect(editor.replace('أبو سليم', 'س.')).toBe(3);
  expect(editor.passages.map(({ text }) => text)).toEqual(['س. قال', 'قال س.، س.']);
});

it('takes a keystroke in far less than a frame at 40,000 words', () => {
  const passages = Array.from({ length: 3_400 }, (_, at) => passage(`p${at}`, 'كلمة '.repeat(12).trim()));
  const editor = new TranscriptEditor(passages, 'en', archive([]).send);
  const draft = editor.passages[1_700]!;
  const began = performance.now();
  for (let stroke = 0; stroke < 1_000; stroke++) editor.typed(draft, `${draft.text}x`);
  expect((performance.now() - began) / 1_000).toBeLessThan(1);
});
