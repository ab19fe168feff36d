import { sql } from 'kysely';
import type { State } from '#modules/testimony/rules.ts';
import type { Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EditListId, RecordingId, RenditionId, TestimonyId } from '#platform/ids.ts';

/** What stands at the head of every page about one testimony. */
export type Head = {
  id: TestimonyId;
  number: number;
  title: string | null;
  titleLanguage: string | null;
  language: string;
  medium: 'video' | 'audio' | 'written' | null;
  state: State;
  stateSince: Date;
  submittedAt: Date | null;
  publishAfter: Date | null;
  hard: boolean;
  /** Whether a list of redactions may still be opened. */
  underReview: boolean;
  /** Whether texts and descriptions may change: under review, and nobody approved the edit list in force. */
  open: boolean;
};

/** @throws DomainError `not_found` (also: not yours to see) */
export async function headOf(tx: Tx, testimonyId: TestimonyId, locale: string): Promise<Head> {
  const row = await tx
    .selectFrom('testimony as t')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('testimony_description as d')
          .select(['d.title', 'd.language as titleLanguage'])
          .whereRef('d.testimony_id', '=', 't.id')
          .orderBy(sql`(d.language = ${locale}) desc, d.language`)
          .limit(1)
          .as('d'),
      (join) => join.onTrue()
    )
    .select([
      't.id',
      't.number',
      'd.title',
      'd.titleLanguage',
      't.language',
      't.medium',
      't.state',
      't.state_since as stateSince',
      't.submitted_at as submittedAt',
      't.publish_after as publishAfter',
      't.hard_material as hard'
    ])
    .select(sql<boolean>`app.is_approved_by_one(t.id)`.as('approved'))
    .where('t.id', '=', testimonyId)
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  const { approved, ...head } = row;
  const underReview = ['submitted', 'in_review', 'changes_requested'].includes(head.state);
  return { ...head, id: head.id as TestimonyId, underReview, open: underReview && !approved };
}

export type Step = {
  step: 'verify' | 'inspect' | 'renditions' | 'find_speech' | 'transcribe' | 'translate' | 'render_public';
  state: 'waiting' | 'running' | 'done' | 'failed' | 'needs_human';
  progress: number;
  reason: string | null;
};
export type Recording = {
  id: RecordingId;
  position: number;
  kind: 'video' | 'audio';
  state: 'expected' | 'received' | 'verified' | 'refused' | 'destroyed';
  refusedFor: string | null;
  bytes: number;
  durationMs: number | null;
  sha256: string;
  /** What the desk plays: light copies of the recording, never the original. */
  playable: { id: RenditionId; kind: 'light_video' | 'light_audio'; mediaType: string } | null;
  peaks: RenditionId | null;
  steps: Step[];
};

const STEPS = ['verify', 'inspect', 'renditions', 'find_speech', 'transcribe', 'translate', 'render_public'];

export async function recordingsOf(tx: Tx, testimonyId: TestimonyId): Promise<Recording[]> {
  const recordings = await tx
    .selectFrom('recording')
    .select(['id', 'position', 'kind', 'state', 'refused_for as refusedFor', 'bytes', 'duration_ms as durationMs', 'sha256'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('position')
    .execute();
  const renditions = await tx
    .selectFrom('rendition')
    .select(['id', 'recording_id', 'kind', 'media_type as mediaType'])
    .where('testimony_id', '=', testimonyId)
    .where('edit_list_id', 'is', null)
    .execute();
  const steps = await tx
    .selectFrom('processing_step')
    .select(['recording_id', 'step', 'state', 'progress', 'reason'])
    .where('testimony_id', '=', testimonyId)
    .execute();
  return recordings.map((recording) => {
    const made = renditions.filter(({ recording_id }) => recording_id === recording.id);
    const light = made.find(({ kind }) => kind === 'light_video') ?? made.find(({ kind }) => kind === 'light_audio');
    return {
      ...recording,
      id: recording.id as RecordingId,
      bytes: Number(recording.bytes),
      playable: light ? { id: light.id as RenditionId, kind: light.kind as 'light_video', mediaType: light.mediaType } : null,
      peaks: (made.find(({ kind }) => kind === 'peaks')?.id ?? null) as RenditionId | null,
      steps: steps
        .filter(({ recording_id }) => recording_id === recording.id)
        .map(({ recording_id: _, ...step }) => step)
        .toSorted((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step))
    };
  });
}

export type EditList = {
  id: EditListId;
  number: number;
  audioOnly: boolean;
  disguiseVoice: boolean;
  blurPicture: boolean;
  sealedAt: Date | null;
  renderedAt: Date | null;
  redactions: {
    id: string;
    recordingId: RecordingId;
    startMs: number;
    endMs: number;
    treatment: 'cut' | 'mute' | 'tone' | 'blur';
    reason: 'third_party' | 'place' | 'identity' | 'detained' | 'contributor_asked' | 'other';
  }[];
};

/** The edit list in force, if one was begun. */
export async function editListOf(tx: Tx, testimonyId: TestimonyId): Promise<EditList | null> {
  const list = await tx
    .selectFrom('testimony as t')
    .innerJoin('edit_list as l', 'l.id', 't.edit_list_id')
    .select([
      'l.id',
      'l.number',
      'l.audio_only as audioOnly',
      'l.disguise_voice as disguiseVoice',
      'l.blur_picture as blurPicture',
      'l.sealed_at as sealedAt',
      'l.rendered_at as renderedAt'
    ])
    .where('t.id', '=', testimonyId)
    .executeTakeFirst();
  if (!list) return null;
  const redactions = await tx
    .selectFrom('redaction as x')
    .innerJoin('recording as r', 'r.id', 'x.recording_id')
    .select(['x.id', 'x.recording_id as recordingId', 'x.start_ms as startMs', 'x.end_ms as endMs', 'x.treatment', 'x.reason'])
    .where('x.edit_list_id', '=', list.id)
    .orderBy('r.position')
    .orderBy('x.start_ms')
    .execute();
  return { ...list, id: list.id as EditListId, redactions: redactions as EditList['redactions'] };
}

const USES = ['keep', 'research', 'journalists', 'court', 'public', 'education', 'machine', 'name', 'face', 'voice', 'place'] as const;
export type Use = (typeof USES)[number];
export type ConsentInForce = {
  version: number;
  givenAt: Date;
  language: string;
  answers: { use: Use; answer: 'yes' | 'no' | 'unsure' | null }[];
};

/** The newest consent, answer by answer; null where none was given, which acts as no to everything. */
export async function consentOf(tx: Tx, testimonyId: TestimonyId): Promise<ConsentInForce | null> {
  const row = await tx
    .selectFrom('consent')
    .select(['version', 'given_at', 'text_language', ...USES])
    .where('testimony_id', '=', testimonyId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    version: row.version,
    givenAt: row.given_at,
    language: row.text_language,
    answers: USES.map((use) => ({ use, answer: row[use] }))
  };
}
