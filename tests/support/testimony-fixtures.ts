import { createHash, randomUUID } from 'node:crypto';
import type { Account, StaffRole } from '#platform/actor.ts';
import type { AccountId, EditListId, RecordingId, RenditionId, SegmentId, SessionId, TestimonyId, TranscriptId } from '#platform/ids.ts';
import type { State } from '#modules/testimony/rules.ts';
import type { TestDatabase } from '../database.ts';

type Sql = TestDatabase['sql'];
type Answer = 'yes' | 'no' | 'unsure' | null;

/** The eleven questions; what is not named here is answered yes. */
export type Answers = Partial<
  Record<'keep' | 'research' | 'journalists' | 'court' | 'public' | 'education' | 'machine' | 'name' | 'face' | 'voice' | 'place', Answer>
>;

export type SpokenPassage = {
  startMs: number;
  endMs: number;
  text: string;
  speaker?: string;
  by?: 'machine' | 'human';
  translations?: Record<string, string>;
};

export type Laid = {
  id: TestimonyId;
  number: number;
  recordingId: RecordingId | null;
  transcriptId: TranscriptId | null;
  segmentIds: SegmentId[];
  editListId: EditListId | null;
  renditionId: RenditionId | null;
};

const sha = (text: string) => createHash('sha256').update(text).digest('hex');

/** Somebody of the archive with a second factor given and the desk open. */
export async function staff(sql: Sql, roles: readonly StaffRole[], displayName = 'H. N.'): Promise<Account> {
  const userId = randomUUID() as AccountId;
  const sessionId = randomUUID() as SessionId;
  await sql('insert into auth.users (id, email) values ($1, $2)', [userId, `${userId}@example.org`]);
  await sql('insert into account (user_id, display_name) values ($1, $2)', [userId, displayName]);
  for (const role of roles) await sql('insert into account_role (user_id, role) values ($1, $2)', [userId, role]);
  await sql('insert into desk_session (session_id, user_id) values ($1, $2)', [sessionId, userId]);
  const claims = { sub: userId, role: 'authenticated', aal: 'aal2', session_id: sessionId };
  return { kind: 'account', userId, sessionId, aal: 'aal2', atDesk: true, displayName, roles, claims };
}

/** The words of the questions that consents in tests answer. */
async function consentText(sql: Sql): Promise<void> {
  await sql(`insert into consent_text (version, language, body, sha256) values (1, 'ar', '{}', $1) on conflict do nothing`, [sha('{}')]);
}

export async function answer(sql: Sql, testimonyId: TestimonyId, answers: Answers = {}): Promise<void> {
  await consentText(sql);
  const all = { keep: 'yes', research: 'yes', journalists: 'yes', court: 'yes', public: 'yes', education: 'yes' };
  const given: Record<string, Answer> = {
    ...all,
    machine: 'yes',
    name: 'yes',
    face: 'yes',
    voice: 'yes',
    place: 'yes',
    ...answers
  } as never;
  const names = Object.keys(given);
  await sql(
    `insert into consent (testimony_id, version, text_version, text_language, ${names.join(', ')})
     values ($1, 1, 1, 'ar', ${names.map((_, place) => `$${place + 2}`).join(', ')})`,
    [testimonyId, ...names.map((name) => given[name])]
  );
}

const SPOKEN: SpokenPassage[] = [
  {
    startMs: 1_000,
    endMs: 4_000,
    text: 'كنّا نقسم الرغيف أربعة أقسام',
    speaker: 'سامر',
    translations: { en: 'We cut the loaf into four' }
  },
  {
    startMs: 4_500,
    endMs: 8_000,
    text: 'ونترك قسمًا لمن يصل جديدًا',
    speaker: 'سامر',
    translations: { en: 'and kept one piece for whoever came in new' }
  },
  { startMs: 9_000, endMs: 12_000, text: 'وكم كنتم في الغرفة؟', speaker: 'المحاورة' }
];

/** Words spread evenly over a passage, the last one unsure, as an engine would hand them over. */
export function evenWords({ text, startMs, endMs }: SpokenPassage) {
  const words = text.split(/\s+/).filter(Boolean);
  const each = (endMs - startMs) / words.length;
  return words.map((w, at) => ({
    w,
    s: Math.round(startMs + at * each),
    e: Math.round(startMs + (at + 1) * each),
    p: at === words.length - 1 ? 0.45 : 0.97
  }));
}

/** Lays a testimony out as the owner, in any state, with everything that would have come before it. */
export async function testimony(
  sql: Sql,
  {
    state = 'in_review',
    language = 'ar',
    kind = 'audio',
    title = 'حصّة الغائب',
    spoken = SPOKEN,
    answers = {},
    statement,
    submittedBy = null,
    sealed = false,
    hard = false,
    durationMs = 15_000
  }: {
    state?: State;
    language?: string;
    kind?: 'audio' | 'video' | 'written';
    title?: string | null;
    /** null: nothing was transcribed, as when no engine serves the language. */
    spoken?: SpokenPassage[] | null;
    answers?: Answers;
    statement?: string;
    submittedBy?: AccountId | null;
    /** Edit list 1 is sealed and rendered. */
    sealed?: boolean;
    hard?: boolean;
    durationMs?: number;
  } = {}
): Promise<Laid> {
  const [{ id, number } = { id: '', number: 0 }] = await sql<{ id: TestimonyId; number: number }>(
    `insert into testimony (state, language, medium, submitted_by, submitted_at, hard_material, year_from, year_to)
     values ('in_review', $1, $2, $3, now(), $4, 2012, 2014) returning id, number`,
    [language, kind, submittedBy, hard]
  );
  await answer(sql, id as TestimonyId, answers);
  if (title) await sql(`insert into testimony_description (testimony_id, language, title) values ($1, 'ar', $2)`, [id, title]);
  if (statement) await sql('insert into statement (testimony_id, body) values ($1, $2)', [id, statement]);
  const laid: Laid = {
    id: id as TestimonyId,
    number: Number(number),
    recordingId: null,
    transcriptId: null,
    segmentIds: [],
    editListId: null,
    renditionId: null
  };
  if (kind !== 'written') await layRecording(sql, laid, kind, durationMs, spoken === null);
  if (spoken) await layTranscript(sql, laid, language, kind === 'written' ? spoken.map(untimed) : spoken);
  if (sealed) await laySealed(sql, laid, kind);
  if (state !== 'in_review') await putInState(sql, laid, state);
  return laid;
}

/** Past the steps that the triggers hold everyone else to. */
async function putInState(sql: Sql, { id }: Laid, state: State): Promise<void> {
  const after = state === 'scheduled' ? `, publish_after = now() + interval '14 days'` : '';
  await sql(
    `begin; set local session_replication_role = replica; update testimony set state = '${state}'${after} where id = '${id}'; commit`
  );
}

const untimed = ({ startMs: _s, endMs: _e, ...rest }: SpokenPassage): SpokenPassage => ({ ...rest, startMs: NaN, endMs: NaN });

async function layRecording(sql: Sql, laid: Laid, kind: 'audio' | 'video', durationMs: number, needsHuman: boolean): Promise<void> {
  laid.recordingId = randomUUID() as RecordingId;
  await sql(
    `insert into recording (id, testimony_id, position, state, kind, media_type, bytes, sha256, store_key, duration_ms, received_at)
     values ($1, $2, 1, 'verified', $3, $4, 1000, $5, $6, $7, now())`,
    [laid.recordingId, laid.id, kind, `${kind}/webm`, sha(laid.recordingId), `recordings/${laid.recordingId}`, durationMs]
  );
  await layRendition(sql, laid, kind === 'video' ? 'light_video' : 'light_audio', null);
  for (const step of ['verify', 'inspect', 'renditions', 'find_speech'])
    await sql(`insert into processing_step (recording_id, testimony_id, step, state, progress) values ($1, $2, $3, 'done', 1)`, [
      laid.recordingId,
      laid.id,
      step
    ]);
  await sql(
    `insert into processing_step (recording_id, testimony_id, step, state, progress, reason) values ($1, $2, 'transcribe', $3, $4, $5)`,
    [laid.recordingId, laid.id, needsHuman ? 'needs_human' : 'done', needsHuman ? 0 : 1, needsHuman ? 'no_engine' : null]
  );
}

async function layRendition(sql: Sql, laid: Laid, kind: string, editListId: EditListId | null): Promise<RenditionId> {
  const id = randomUUID() as RenditionId;
  await sql(
    `insert into rendition (id, recording_id, testimony_id, edit_list_id, kind, media_type, bytes, sha256, store_key, duration_ms)
     values ($1, $2, $3, $4, $5, $6, 900, $7, $8, 15000)`,
    [id, laid.recordingId, laid.id, editListId, kind, kind.endsWith('video') ? 'video/mp4' : 'audio/mp4', sha(id), `renditions/${id}`]
  );
  return id;
}

async function layTranscript(sql: Sql, laid: Laid, language: string, spoken: SpokenPassage[]): Promise<void> {
  laid.transcriptId = randomUUID() as TranscriptId;
  await sql(`insert into transcript (id, testimony_id, recording_id, language, engine) values ($1, $2, $3, $4, $5)`, [
    laid.transcriptId,
    laid.id,
    laid.recordingId,
    language,
    laid.recordingId ? 'whisper-base' : null
  ]);
  for (const [place, passage] of spoken.entries()) {
    const id = randomUUID() as SegmentId;
    const timed = Number.isFinite(passage.startMs);
    const by = passage.by ?? 'machine';
    await sql(
      `insert into segment (id, transcript_id, testimony_id, position, start_ms, end_ms, speaker, text, words, machine_text, provenance)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        laid.transcriptId,
        laid.id,
        place + 1,
        timed ? passage.startMs : null,
        timed ? passage.endMs : null,
        passage.speaker ?? '',
        passage.text,
        JSON.stringify(timed ? evenWords(passage) : []),
        by === 'machine' ? passage.text : null,
        by
      ]
    );
    for (const [into, text] of Object.entries(passage.translations ?? {}))
      await sql(
        `insert into translation (segment_id, language, testimony_id, text, machine_text, provenance, engine, source_version)
         values ($1, $2, $3, $4, $4, 'machine', 'whisper-base', 1)`,
        [id, into, laid.id, text]
      );
    laid.segmentIds.push(id);
  }
}

async function laySealed(sql: Sql, laid: Laid, kind: 'audio' | 'video' | 'written'): Promise<void> {
  laid.editListId = randomUUID() as EditListId;
  await sql('insert into edit_list (id, testimony_id, number, sealed_at, rendered_at) values ($1, $2, 1, now(), now())', [
    laid.editListId,
    laid.id
  ]);
  await sql('update testimony set edit_list_id = $2 where id = $1', [laid.id, laid.editListId]);
  if (kind === 'written') return;
  await layRendition(sql, laid, 'public_peaks', laid.editListId);
  laid.renditionId = await layRendition(sql, laid, kind === 'video' ? 'public_video' : 'public_audio', laid.editListId);
}

/** A written risk assessment, by `author`. */
export async function assessed(sql: Sql, { id }: { id: TestimonyId }, author: Account): Promise<void> {
  const note = 'خارج البلد، والصوت مموّه، ولا وجه في التسجيل.';
  await sql(
    `insert into risk_assessment (testimony_id, person_level, person_note, family_level, family_note, detained_level, detained_note, author_id)
     values ($1, 'low', $2, 'medium', $2, 'low', $2, $3)`,
    [id, note, author.userId]
  );
}

/** What the custody log says happened, in order. */
export async function custodyOf(sql: Sql, { id }: { id: TestimonyId }): Promise<string[]> {
  const rows = await sql<{ kind: string }>('select kind from custody_event where testimony_id = $1 order by position', [id]);
  return rows.map(({ kind }) => kind);
}

/** The jobs that wait, by name, with what they were told. */
export async function jobs(sql: Sql): Promise<{ name: string; data: Record<string, string> }[]> {
  return sql(`select name, data from pgboss.job where state < 'completed' and name not like '\\_\\_%' order by created_on`);
}
