import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { answer, custodyOf, jobs, testimony } from '#tests/support/testimony-fixtures.ts';
import { transcriberHearing, workplace } from '#tests/support/told.ts';
import type { Translator } from '#engines/translator/port.ts';
import { takeInStatement } from '#modules/testimony/take-in-statement.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import type { Run } from '../handler.ts';
import { assembleTranscript } from './assemble-transcript.server.ts';
import { transcribePiece } from './transcribe-piece.server.ts';
import { translateTestimony } from './translate-testimony.server.ts';

const database = await testDatabase();
const { sql } = database;
const place = await workplace(database);
const run: Run = { signal: new AbortController().signal, isLastTry: false };

/** Says each text backwards: enough to tell a translation from its source. */
const backwards = (text: string) => [...text].toReversed().join('');
const translator: Translator = {
  translate: async ({ texts }) => texts.map(backwards),
  languages: async () => [
    { source: 'ar', target: 'en' },
    { source: 'en', target: 'ar' }
  ]
};

beforeAll(() => openQueue(database.workerDb));
afterAll(async () => {
  await closeQueue();
  await database.close();
  await place.remove();
});

const translationsOf = (id: TestimonyId, language = 'en') =>
  sql<{ source: string; text: string; provenance: string; engine: string | null }>(
    `select s.text as source, n.text, n.provenance, n.engine from translation n join segment s on s.id = n.segment_id
     where n.testimony_id = $1 and n.language = $2 order by s.position`,
    [id, language]
  );
const stepOf = async (recordingId: RecordingId | null, step: string) =>
  (
    await sql<{ state: string; reason: string | null }>('select state, reason from processing_step where recording_id = $1 and step = $2', [
      recordingId,
      step
    ])
  )[0];
const spoken = [
  { startMs: 0, endMs: 2_000, text: 'نقسم الرغيف' },
  { startMs: 3_000, endMs: 5_000, text: 'أربعة أقسام' }
];

describe('translation', () => {
  it('R37 translates every segment, says by what, and nothing twice', async () => {
    const laid = await testimony(sql, { spoken });
    const deps = { ...place.deps, translator };
    await translateTestimony(deps, { testimonyId: laid.id }, run);
    await translateTestimony(deps, { testimonyId: laid.id }, run);
    expect(await translationsOf(laid.id)).toEqual(
      spoken.map(({ text }) => ({ source: text, text: backwards(text), provenance: 'machine', engine: 'translator' }))
    );
    expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'done', reason: null });
    expect(await custodyOf(sql, laid)).toEqual(['translation_made']);
  });

  it('never writes over a person, and does anew what a machine made of an older text', async () => {
    const laid = await testimony(sql, { spoken });
    const deps = { ...place.deps, translator };
    await translateTestimony(deps, { testimonyId: laid.id }, run);
    const [first, second] = laid.segmentIds;
    await sql(`update translation set text = 'by a person', provenance = 'human' where segment_id = $1`, [first]);
    await sql(`update segment set text = 'قسمان' where testimony_id = $1`, [laid.id]);
    await translateTestimony(deps, { testimonyId: laid.id }, run);
    expect((await translationsOf(laid.id)).map(({ text }) => text)).toEqual(['by a person', backwards('قسمان')]);
    expect(second).toBeDefined();
  });

  it('is left to people where there is no engine, and where the person wants no machine', async () => {
    const without = await testimony(sql, { spoken });
    await translateTestimony(place.deps, { testimonyId: without.id }, run);
    expect(await stepOf(without.recordingId, 'translate')).toEqual({ state: 'needs_human', reason: 'no_engine' });

    const refused = await testimony(sql, { spoken, answers: { machine: 'unsure' } });
    await translateTestimony({ ...place.deps, translator }, { testimonyId: refused.id }, run);
    expect(await stepOf(refused.recordingId, 'translate')).toEqual({ state: 'needs_human', reason: 'machine_refused' });
    expect(await translationsOf(refused.id)).toEqual([]);
  });

  it('tries again while the engine is down, and leaves it to people at last', async () => {
    const laid = await testimony(sql, { spoken });
    const down: Translator = { ...translator, translate: () => Promise.reject(new DomainError('engine_down')) };
    const deps = { ...place.deps, translator: down };
    await expect(translateTestimony(deps, { testimonyId: laid.id }, run)).rejects.toMatchObject({ code: 'engine_down' });
    expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'waiting', reason: 'engine_down' });
    await expect(translateTestimony(deps, { testimonyId: laid.id }, { ...run, isLastTry: true })).rejects.toMatchObject({
      code: 'engine_down'
    });
    expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'needs_human', reason: 'engine_down' });
  });

  it('takes a translator that does not say what it can do for one that is away, not for one without the language', async () => {
    const laid = await testimony(sql, { spoken });
    const away: Translator = { ...translator, languages: () => Promise.reject(new DomainError('engine_busy', { retryAfterSeconds: 1 })) };
    const deps = { ...place.deps, translator: away };
    await expect(translateTestimony(deps, { testimonyId: laid.id }, run)).rejects.toMatchObject({ code: 'engine_busy' });
    expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'waiting', reason: 'engine_busy' });
    await expect(translateTestimony(deps, { testimonyId: laid.id }, { ...run, isLastTry: true })).rejects.toMatchObject({
      code: 'engine_busy'
    });
    expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'needs_human', reason: 'engine_down' });
  });
});

describe('transcription', () => {
  const segment = (text: string) => ({ startMs: 0, endMs: 1_000, text, words: [] });
  async function piecesOf(heard: (string | null)[]) {
    const laid = await testimony(sql, { spoken: null, durationMs: 600_000 });
    for (const [position, text] of heard.entries())
      await sql('insert into speech_piece (recording_id, position, start_ms, end_ms, heard) values ($1, $2, $3, $4, $5)', [
        ...[laid.recordingId, position, position * 300_000, (position + 1) * 300_000],
        text && JSON.stringify([segment(text)])
      ]);
    return { ...laid, recordingId: laid.recordingId! };
  }

  it("puts pieces together in the recording's own time, once", async () => {
    const laid = await piecesOf(['أولًا', 'ثانيًا']);
    const deps = { ...place.deps, transcriber: transcriberHearing([]) };
    await assembleTranscript(deps, laid, run);
    await assembleTranscript(deps, laid, run);
    expect(
      await sql('select text, start_ms, provenance, machine_text from segment where testimony_id = $1 order by position', [laid.id])
    ).toEqual([
      { text: 'أولًا', start_ms: 0, provenance: 'machine', machine_text: 'أولًا' },
      { text: 'ثانيًا', start_ms: 300_000, provenance: 'machine', machine_text: 'ثانيًا' }
    ]);
    expect((await jobs(sql)).filter(({ name, data }) => name === 'translate-testimony' && data.testimonyId === laid.id)).toHaveLength(1);
  });

  it('never writes over a transcript that a person began meanwhile', async () => {
    const laid = await piecesOf(['بالآلة']);
    await sql(`insert into transcript (testimony_id, recording_id, language) values ($1, $2, 'ar')`, [laid.id, laid.recordingId]);
    await assembleTranscript(place.deps, laid, run);
    expect(await sql('select 1 from segment where testimony_id = $1', [laid.id])).toEqual([]);
  });

  it('asks for consent before each piece, and stops listening when it was taken back', async () => {
    const laid = await piecesOf(['أولًا', null]);
    await answer(sql, laid.id, { machine: 'no' });
    const mustNotListen = { ...transcriberHearing([]), transcribe: () => Promise.reject(new Error('listened')) };
    await transcribePiece({ ...place.deps, transcriber: mustNotListen }, { recordingId: laid.recordingId, position: 1 }, run);
    expect(await stepOf(laid.recordingId, 'transcribe')).toEqual({ state: 'needs_human', reason: 'machine_refused' });
  });
});

it('R12 keeps nothing that a machine heard or translated while the consent to machines was taken back', async () => {
  const laid = await testimony(sql, { spoken });
  const takenBack = {
    ...translator,
    translate: async (job: Parameters<Translator['translate']>[0]) => {
      await answer(sql, laid.id, { machine: 'no' });
      return translator.translate(job);
    }
  };
  await translateTestimony({ ...place.deps, translator: takenBack }, { testimonyId: laid.id }, run);
  expect(await translationsOf(laid.id)).toEqual([]);
  expect(await stepOf(laid.recordingId, 'translate')).toEqual({ state: 'needs_human', reason: 'machine_refused' });
});

it('R12 puts nothing together that was heard before the consent to machines was taken back', async () => {
  const laid = await testimony(sql, { spoken: null });
  await sql(`insert into speech_piece (recording_id, position, start_ms, end_ms, heard, in_english) values ($1, 0, 0, 1000, $2, $2)`, [
    laid.recordingId,
    JSON.stringify([{ startMs: 0, endMs: 1_000, text: 'بالآلة', words: [] }])
  ]);
  await answer(sql, laid.id, { machine: 'no' });
  await assembleTranscript(place.deps, { recordingId: laid.recordingId! }, run);
  expect(await stepOf(laid.recordingId, 'transcribe')).toEqual({ state: 'needs_human', reason: 'machine_refused' });
  expect(await sql('select 1 from segment where testimony_id = $1', [laid.id])).toEqual([]);
  expect(await sql('select heard, in_english from speech_piece where recording_id = $1', [laid.recordingId])).toEqual([
    { heard: null, in_english: null }
  ]);
});

describe('a statement', () => {
  async function written(body: string) {
    const laid = await testimony(sql, { kind: 'written', spoken: null, statement: body });
    await takeInStatement(place.deps, { testimonyId: laid.id });
    return laid;
  }
  const passagesOf = ({ id }: { id: TestimonyId }) =>
    sql<{ text: string; provenance: string; version: number }>(
      'select text, provenance, version from segment where testimony_id = $1 order by position',
      [id]
    );

  it("becomes passages in the person's own words, and is then translated", async () => {
    const laid = await written('الأولى.\n\nالثانية.');
    expect(await passagesOf(laid)).toEqual([
      { text: 'الأولى.', provenance: 'human', version: 1 },
      { text: 'الثانية.', provenance: 'human', version: 1 }
    ]);
    await translateTestimony({ ...place.deps, translator }, { testimonyId: laid.id }, run);
    expect((await translationsOf(laid.id)).map(({ text }) => text)).toEqual(['الأولى.', 'الثانية.'].map(backwards));
  });

  it('keeps what the desk did to a paragraph when the person changes another', async () => {
    const laid = await written('الأولى.\n\nالثانية.\n\nالثالثة.');
    await sql(`update segment set text = 'الأولى، بعد التصحيح.' where testimony_id = $1 and text = 'الأولى.'`, [laid.id]);
    await sql('update statement set body = $2 where testimony_id = $1', [laid.id, 'الأولى.\n\nجديدة.\n\nالثالثة.']);
    await takeInStatement(place.deps, { testimonyId: laid.id });
    await takeInStatement(place.deps, { testimonyId: laid.id });
    expect(await passagesOf(laid)).toEqual([
      { text: 'الأولى، بعد التصحيح.', provenance: 'human', version: 2 },
      { text: 'جديدة.', provenance: 'human', version: 1 },
      { text: 'الثالثة.', provenance: 'human', version: 1 }
    ]);
  });
});
