import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import * as v from 'valibot';
import { answerEdition } from '#modules/publication/answer-edition.server.ts';
import { previewEdition } from '#modules/publication/preview-edition.server.ts';
import { addRedaction } from '#modules/redaction/add-redaction.server.ts';
import { openEditList } from '#modules/redaction/open-edit-list.server.ts';
import { sealEditList } from '#modules/redaction/seal-edit-list.server.ts';
import { approveTestimony } from '#modules/review/approve-testimony.server.ts';
import { askChanges } from '#modules/review/ask-changes.server.ts';
import { assessRisk } from '#modules/review/assess-risk.server.ts';
import { declineTestimony } from '#modules/review/decline-testimony.server.ts';
import { describeTestimony } from '#modules/review/describe-testimony.server.ts';
import { Description } from '#modules/review/description.ts';
import { takeTestimony } from '#modules/review/take-testimony.server.ts';
import { sendMessage } from '#modules/messages/send-message.server.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import { addSegment } from '#modules/transcript/add-segment.server.ts';
import { confirmTranscript } from '#modules/transcript/confirm-segment.server.ts';
import { editSegment } from '#modules/transcript/edit-segment.server.ts';
import { editTranslation } from '#modules/translation/edit-translation.server.ts';
import type { Account } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId, SegmentId, TestimonyId } from '#platform/ids.ts';
import type { Told } from './telling.ts';
import type { SampleTestimony } from './testimonies.ts';

export type Desk = Deps & {
  /** The database's owner: only looks. */
  owner: pg.Pool;
  first: Account;
  second: Account;
  places: Readonly<Record<string, string>>;
  themes: Readonly<Record<string, string>>;
};

const PATIENCE_MS = 300_000;

/** Everything the desk does with one testimony, as far as the sample says it goes. */
export async function review(desk: Desk, sample: SampleTestimony, { actor, times }: Told): Promise<void> {
  const { testimonyId } = actor;
  if (sample.end === 'draft') return;
  await settled(desk, testimonyId, sample.told === 'written');
  if (sample.end === 'submitted') return;

  await takeTestimony(desk, desk.first, { testimonyId });
  if (sample.end === 'declined') {
    return declineTestimony(desk, desk.first, {
      testimonyId,
      reason: 'This is advertising, not a testimony. It is kept out of the archive.'
    });
  }
  await typeByHand(desk, sample, testimonyId, times);
  await correct(desk, sample, testimonyId);
  await describe(desk, sample, testimonyId);
  if (sample.end === 'changes_requested') {
    const reason = 'Somebody else is named here. May we leave the name out, or did you ask them? Both are fine.';
    await askChanges(desk, desk.first, { testimonyId, reason });
    return sendMessage(desk, actor, { body: 'Please leave the name out. Thank you for asking.' });
  }
  if (sample.end === 'in_review') return;

  await seal(desk, sample, testimonyId);
  await approve(desk, testimonyId, desk.first);
  if (sample.end === 'approved_by_one') return;
  await approve(desk, testimonyId, desk.second);
  if (sample.end !== 'scheduled') await sayYes(desk, actor);
  const reached = sample.end === 'scheduled' ? 'scheduled' : 'published';
  await until(desk, `it is ${reached}`, 'select from testimony where id = $1 and state::text = $2', [testimonyId, reached]);
  if (sample.end === 'withdrawn') await withdrawTestimony(desk, actor, { destroyRecordings: true });
}

/** The worker has done what it can: each recording's last steps are over, or the statement became passages. */
function settled(desk: Desk, id: TestimonyId, written: boolean): Promise<void> {
  if (written) return until(desk, 'its paragraphs are there', 'select from segment where testimony_id = $1 limit 1', [id]);
  const over = `select from processing_step where testimony_id = $1 and step in ('renditions', 'transcribe', 'translate')
    and state in ('done', 'needs_human') having count(*) >= 3`;
  return until(desk, 'the worker is through', over, [id]);
}

/** Where no machine understood anything, a person types what is said; what is still in review may go on needing one. */
async function typeByHand(desk: Desk, sample: SampleTestimony, testimonyId: TestimonyId, times: Told['times']): Promise<void> {
  const { rowCount: passages } = await desk.owner.query('select from segment where testimony_id = $1', [testimonyId]);
  if (passages || sample.end === 'in_review') return;
  const { rows } = await desk.owner.query<{ id: RecordingId }>('select id from recording where testimony_id = $1', [testimonyId]);
  for (const [at, { startMs, endMs }] of times.entries()) {
    await addSegment(desk, desk.first, {
      testimonyId,
      recordingId: rows[0]!.id,
      startMs,
      endMs,
      speaker: '',
      text: plain(sample.said[at]!)
    });
  }
}

/** A person listened: the words as they were meant, shared out over the passages that were heard, and the translation beside them. */
async function correct(desk: Desk, sample: SampleTestimony, testimonyId: TestimonyId): Promise<void> {
  const other = sample.language === 'ar' ? 'en' : 'ar';
  const { rows: segments } = await desk.owner.query<{ id: SegmentId; version: number; text: string }>(
    'select s.id, s.version, s.text from segment s join transcript t on t.id = s.transcript_id where s.testimony_id = $1 order by s.position',
    [testimonyId]
  );
  const written = sample.told === 'written';
  const lengths = segments.map(({ text }) => text.length);
  // Mostly the engine heard one passage for each sentence; where it did not, the words are shared out.
  const spread = (sentences: readonly string[]) =>
    segments.length === sentences.length ? sentences : shares(sentences.join(' '), lengths);
  const [said, translated] = [spread(sample.said), spread(sample.other)];
  for (const [at, { id, version }] of segments.entries()) {
    const now = written ? { version } : await editSegment(desk, desk.first, { segmentId: id, version, text: plain(said[at]!) });
    if (!translated[at]) continue;
    await editTranslation(desk, desk.first, {
      segmentId: id,
      language: other,
      text: translated[at],
      version: await versionOf(desk, id, other),
      sourceVersion: now.version
    });
  }
  if (sample.end !== 'in_review') await confirmTranscript(desk, desk.first, { testimonyId });
}

async function versionOf(desk: Desk, segmentId: SegmentId, language: string): Promise<number | null> {
  const { rows } = await desk.owner.query<{ version: number }>('select version from translation where segment_id = $1 and language = $2', [
    segmentId,
    language
  ]);
  return rows[0]?.version ?? null;
}

/** Words of `text` in runs as long as `lengths` are to each other; together they are all of it. */
function shares(text: string, lengths: readonly number[]): string[] {
  const words = text.split(' ');
  const all = lengths.reduce((sum, length) => sum + length, 0) || 1;
  let before = 0;
  return lengths.map((length) => {
    const from = Math.round((before / all) * words.length);
    before += length;
    return words.slice(from, Math.round((before / all) * words.length)).join(' ');
  });
}

/** Without the vowel signs, which only the synthetic voice needs. */
const plain = (text: string) => text.replace(/[\u064b-\u0652\u0670]/g, '');

async function describe(desk: Desk, sample: SampleTestimony, testimonyId: TestimonyId): Promise<void> {
  const [from, to] = sample.years ?? [];
  const description = v.parse(Description, {
    testimonyId,
    language: sample.language,
    words: {
      ar: { title: sample.title.ar, summary: sample.summary.ar },
      en: { title: sample.title.en, summary: sample.summary.en }
    },
    facilityId: sample.facility ? desk.places[sample.facility] : '',
    yearFrom: String(from ?? ''),
    yearTo: String(to ?? ''),
    themeIds: (sample.themes ?? []).map((theme) => desk.themes[theme]),
    warnings: sample.warning ? [{ kind: sample.warning, note: '', startMs: '', endMs: '' }] : [],
    hard: false
  });
  await describeTestimony(desk, desk.first, description);
  await assessRisk(desk, desk.first, {
    testimonyId,
    personLevel: 'low',
    personNote: 'Invented person; this is a sample and nobody is at risk.',
    familyLevel: 'low',
    familyNote: 'Invented family; this is a sample and nobody is at risk.',
    detainedLevel: 'low',
    detainedNote: 'Nobody who is named here exists; this is a sample.'
  });
}

/** Redacts what the sample says, closes the list and waits for what two people then watch. */
async function seal(desk: Desk, sample: SampleTestimony, testimonyId: TestimonyId): Promise<void> {
  if (sample.redacted) {
    const { rows } = await desk.owner.query<{ id: RecordingId; duration_ms: number }>(
      'select id, duration_ms from recording where testimony_id = $1',
      [testimonyId]
    );
    const { id: recordingId, duration_ms: length } = rows[0]!;
    const { from, to, treatment, reason } = sample.redacted;
    const [startMs, endMs] = [Math.round(from * length), Math.round(to * length)];
    await addRedaction(desk, desk.first, { testimonyId, recordingId, startMs, endMs, treatment, reason });
  }
  const editListId = await openEditList(desk, desk.first, { testimonyId });
  await sealEditList(desk, desk.first, { testimonyId, editListId });
  await until(desk, 'the public version is rendered', 'select from edit_list where id = $1 and rendered_at is not null', [editListId]);
}

/** The person watches what would be public and says yes to it. */
async function sayYes(desk: Desk, actor: Told['actor']): Promise<void> {
  const preview = await previewEdition(desk, actor);
  if (!preview) throw new Error('There is no public version to say yes to.');
  await answerEdition(desk, actor, { editListId: preview.editListId, shown: preview.shown, verdict: 'publish' });
}

async function approve(desk: Desk, testimonyId: TestimonyId, reviewer: Account): Promise<void> {
  if (reviewer !== desk.first) await takeTestimony(desk, reviewer, { testimonyId });
  const { rows } = await desk.owner.query('select edit_list_id from testimony where id = $1', [testimonyId]);
  const reason = 'Watched in full, against the consent and the risk assessment. A sample.';
  await approveTestimony(desk, reviewer, { testimonyId, editListId: rows[0].edit_list_id, reason });
}

/** Asks the database until a row is there. */
async function until({ owner }: Desk, what: string, question: string, values: unknown[]): Promise<void> {
  for (const began = Date.now(); ; await wait(250)) {
    const { rowCount } = await owner.query(question, values);
    if (rowCount) return;
    if (Date.now() - began > PATIENCE_MS) throw new Error(`Waited in vain until ${what}; see the worker's log.`);
  }
}
