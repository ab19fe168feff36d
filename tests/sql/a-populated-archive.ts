import { createHash } from 'node:crypto';
import type { TestDatabase } from '../database.ts';

/** Ids that can be told apart at a glance: the first digits say what they are. */
const id = (kind: string, n: number) => `${kind.padEnd(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const PEOPLE = {
  reader: id('aaaa', 1),
  linguist: id('aaaa', 2),
  idleLinguist: id('aaaa', 3),
  reviewer: id('aaaa', 4),
  secondReviewer: id('aaaa', 5),
  custodian: id('aaaa', 6),
  admin: id('aaaa', 7),
  suspended: id('aaaa', 8),
  lockedReviewer: id('aaaa', 9)
} as const;
export type Person = keyof typeof PEOPLE;

export const sessionOf = (person: Person) => PEOPLE[person].replace('aaaa', 'bbbb');

/** One testimony in each situation that a policy tells apart. `mine` is the contributor's who acts in the matrix. */
export const TESTIMONIES = {
  mine: id('1111', 1),
  draft: id('1111', 2),
  submitted: id('1111', 3),
  inReview: id('1111', 4),
  publicOne: id('1111', 5),
  forJournalists: id('1111', 6),
  withdrawn: id('1111', 7)
} as const;
export type Situation = keyof typeof TESTIMONIES;

/** A custodian's key in force, and what may stand for something sealed to it. */
export const RECIPIENT = `age1pq1${'q'.repeat(1952)}`;
export const FINGERPRINT = createHash('sha256').update(RECIPIENT).digest('hex');
export const SEALED = 'age-encryption.org/v1 sealed';

const STATE: Record<Situation, string> = {
  mine: 'changes_requested',
  draft: 'draft',
  submitted: 'submitted',
  inReview: 'in_review',
  publicOne: 'published',
  forJournalists: 'published',
  withdrawn: 'withdrawn'
};

/** The id of a thing that belongs to a testimony, e.g. `of('mine', 'recording')`. */
export const of = (
  situation: Situation,
  kind: 'recording' | 'transcript' | 'segment' | 'edit list' | 'publication' | 'medium' | 'consent'
) =>
  TESTIMONIES[situation].replace(
    '1111',
    { recording: '2222', transcript: '3333', segment: '4444', 'edit list': '5555', publication: '6666', medium: '7777', consent: '8888' }[
      kind
    ]
  );

export const FACILITY = id('9999', 1);
export const THEME = id('9999', 2);
const HASH = 'a'.repeat(64);

/** Fills a fresh database with one row of everything for each testimony, past the triggers: what the policies are asked about. */
export async function populate({ sql }: Pick<TestDatabase, 'sql'>): Promise<void> {
  await sql(`create or replace procedure populate_quietly(statement text) language plpgsql as $$
    begin perform set_config('session_replication_role', 'replica', true); execute statement; perform set_config('session_replication_role', 'origin', true); end $$`);
  const quietly = (statement: string) => sql(`call populate_quietly($1)`, [statement]);

  for (const [person, uuid] of Object.entries(PEOPLE)) {
    await quietly(`insert into auth.users (id, email) values ('${uuid}', '${person.toLowerCase()}@example.org')`);
    await quietly(
      `insert into account (user_id, display_name, suspended_at) values ('${uuid}', '${person}', ${person === 'suspended' ? 'now()' : 'null'})`
    );
    const role =
      { idleLinguist: 'linguist', secondReviewer: 'reviewer', suspended: 'reviewer', lockedReviewer: 'reviewer' }[person] ?? person;
    await quietly(`insert into account_role (user_id, role) values ('${uuid}', '${role}')`);
    const seen = person === 'lockedReviewer' ? "now() - interval '31 minutes'" : 'now()';
    await quietly(`insert into desk_session (session_id, user_id, seen_at) values ('${sessionOf(person as Person)}', '${uuid}', ${seen})`);
  }
  await quietly(`insert into mail (kind, account_id, sealed, good_until) values ('invite', '${PEOPLE.reader}', 'x', now())`);
  await quietly(`insert into account_event (user_id, kind, about) values ('${PEOPLE.reader}', 'role_given', 'reader')`);
  await quietly(`insert into reader_purpose (user_id, purpose) values ('${PEOPLE.reader}', 'journalists')`);
  await quietly(`insert into facility (id, slug, name_ar, name_en) values ('${FACILITY}', 'invented', 'مكان', 'A place')`);
  await quietly(`insert into theme (id, slug, name_ar, name_en) values ('${THEME}', 'bread', 'الخبز', 'Bread')`);
  await quietly(`insert into consent_text (version, language, body, sha256) values (900, 'ar', '{}', '${HASH}')`);

  await quietly(
    `insert into custodian_key (user_id, recipient, confirmed_by, confirmed_at) values ('${PEOPLE.custodian}', '${RECIPIENT}', '${PEOPLE.admin}', now())`
  );
  for (const [part, state, sha256] of [
    ['keep', 'ready', `'${HASH}'`],
    ['public', 'waiting', 'null']
  ])
    await quietly(
      `insert into narration (text_version, text_language, part, state, sha256) values (900, 'ar', '${part}', '${state}', ${sha256})`
    );

  for (const [situation, testimony] of Object.entries(TESTIMONIES) as [Situation, string][]) {
    const audiences = { publicOne: '{public}', forJournalists: '{journalists}', withdrawn: '{public}' }[situation as string] ?? '{}';
    const list = of(situation, 'edit list');
    for (const statement of [
      `insert into testimony (id, state, language, medium, edit_list_id) values ('${testimony}', '${STATE[situation]}', 'ar', 'audio', '${list}')`,
      `insert into testimony_description (testimony_id, language, title) values ('${testimony}', 'ar', 'عنوان')`,
      `insert into testimony_theme (testimony_id, theme_id) values ('${testimony}', '${THEME}')`,
      `insert into content_warning (testimony_id, kind) values ('${testimony}', 'violence')`,
      `insert into statement (testimony_id, body) values ('${testimony}', 'كلام')`,
      `insert into consent (id, testimony_id, version, text_version, text_language, keep, public, journalists) values ('${of(situation, 'consent')}', '${testimony}', 1, 900, 'ar', 'yes', '${audiences === '{public}' ? 'yes' : 'no'}', '${audiences === '{journalists}' ? 'yes' : 'no'}')`,
      `insert into live_consent (testimony_id, consent_id, audiences, machine, name, face, voice, place) values ('${testimony}', '${of(situation, 'consent')}', '${audiences}', true, true, true, true, true)`,
      `insert into receipt (testimony_id, hash) values ('${testimony}', sha256('${testimony}'::bytea))`,
      `insert into receipt_session (token_hash, testimony_id) values (sha256('${testimony}'::bytea), '${testimony}')`,
      `insert into way_back (token_hash, session_hash) values (sha256('${testimony} back'::bytea), sha256('${testimony}'::bytea))`,
      `insert into recording (id, testimony_id, position, kind, media_type, bytes, sha256) values ('${of(situation, 'recording')}', '${testimony}', 1, 'audio', 'audio/webm', 9, '${HASH}')`,
      `insert into rendition (recording_id, testimony_id, kind, media_type, bytes, sha256, store_key) values ('${of(situation, 'recording')}', '${testimony}', 'light_audio', 'audio/mp4', 9, '${HASH}', '${testimony}')`,
      `insert into upload_lease (recording_id, holder, held_until) values ('${of(situation, 'recording')}', '${testimony}', now())`,
      `insert into processing_step (recording_id, testimony_id, step) values ('${of(situation, 'recording')}', '${testimony}', 'verify')`,
      `insert into speech_piece (recording_id, position, start_ms, end_ms) values ('${of(situation, 'recording')}', 1, 0, 9)`,
      `insert into transcript (id, testimony_id, recording_id, language) values ('${of(situation, 'transcript')}', '${testimony}', '${of(situation, 'recording')}', 'ar')`,
      `insert into segment (id, transcript_id, testimony_id, position, start_ms, end_ms, text, provenance) values ('${of(situation, 'segment')}', '${of(situation, 'transcript')}', '${testimony}', 1, 0, 9, 'خبز', 'machine')`,
      `insert into segment_version (segment_id, version, text, speaker, provenance, changed_at) values ('${of(situation, 'segment')}', 0, 'خبز', '', 'machine', now())`,
      `insert into translation (segment_id, language, testimony_id, text, provenance, source_version) values ('${of(situation, 'segment')}', 'en', '${testimony}', 'bread', 'machine', 1)`,
      `insert into edit_list (id, testimony_id, number) values ('${list}', '${testimony}', 1)`,
      `insert into redaction (edit_list_id, testimony_id, recording_id, start_ms, end_ms, treatment, reason) values ('${list}', '${testimony}', '${of(situation, 'recording')}', 0, 9, 'cut', 'other')`,
      `insert into risk_assessment (testimony_id, person_level, person_note, family_level, family_note, detained_level, detained_note, author_id) values ('${testimony}', 'low', 'ten letters', 'low', 'ten letters', 'low', 'ten letters', '${PEOPLE.secondReviewer}')`,
      `insert into decision (testimony_id, edit_list_id, reviewer_id, verdict, reason) values ('${testimony}', '${list}', '${PEOPLE.secondReviewer}', '${STATE[situation] === 'published' ? 'approve' : 'ask_changes'}', 'twenty letters, at the least')`,
      `insert into cut_request (testimony_id, segment_id, recording_id, start_ms, end_ms, words, outcome, settled_at) values ('${testimony}', '${of(situation, 'segment')}', '${of(situation, 'recording')}', 0, 9, 'خبز', ${situation === 'inReview' ? `'answered', now()` : 'null, null'})`,
      `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${testimony}', '${list}', 'not_yet', '${HASH}')`,
      `insert into assignment (testimony_id, user_id, task) values ('${testimony}', '${PEOPLE.reviewer}', 'review')`,
      `insert into message (testimony_id, sender, body) values ('${testimony}', 'contributor', 'سؤال')`,
      `insert into message (testimony_id, sender, author_id, body) values ('${testimony}', 'desk', '${PEOPLE.secondReviewer}', 'جواب')`,
      `insert into sealed_identity (testimony_id, ciphertext, sealed_to) values ('${testimony}', '${SEALED}', '{${FINGERPRINT}}')`,
      `insert into identity_opening (testimony_id, requested_by, reason) values ('${testimony}', '${PEOPLE.admin}', 'twenty letters, at the least')`,
      `insert into earlier_account (testimony_id, told_to) values ('${testimony}', 'court')`,
      // The one under review is ready to be approved.
      situation === 'inReview'
        ? `insert into third_party (testimony_id, name, flagged_by, verdict, reason, assessed_at) values ('${testimony}', 'سامر', 'contributor', 'leave_out', 'his family is there', now())`
        : `insert into third_party (testimony_id, name, flagged_by) values ('${testimony}', 'سامر', 'contributor')`,
      `insert into third_party (testimony_id, name, flagged_by, verdict, reason, assessed_at) values ('${testimony}', 'سامر', 'desk', 'may_be_named', 'a public figure, long dead', now())`,
      `insert into spoken_word (testimony_id, purpose, consent_id, media_type, bytes, sha256, store_key) values ('${testimony}', 'consent', '${of(situation, 'consent')}', 'audio/webm', 9, '${HASH}', 'spoken/${testimony}')`,
      `insert into understanding (testimony_id, consent_id, words) values ('${testimony}', '${of(situation, 'consent')}', 'تبقى مغلقة')`,
      `insert into custody_event (testimony_id, position, kind, actor_kind, previous, hash) values ('${testimony}', 1, 'begun', 'visitor', '', '')`
    ]) {
      await quietly(statement);
    }
    if (!['publicOne', 'forJournalists', 'withdrawn'].includes(situation)) continue;
    for (const statement of [
      `insert into publication (id, testimony_id, edition, edit_list_id, language, medium, descriptions, sha256, unpublished_at) values ('${of(situation, 'publication')}', '${testimony}', 1, '${list}', 'ar', 'audio', '{}', '${HASH}', ${situation === 'withdrawn' ? 'now()' : 'null'})`,
      `insert into publication_passage (publication_id, testimony_id, position, language, text, provenance) values ('${of(situation, 'publication')}', '${testimony}', 1, 'ar', 'خبز', 'human')`,
      `insert into publication_medium (id, publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms) values ('${of(situation, 'medium')}', '${of(situation, 'publication')}', '${testimony}', 1, 'audio', 'audio/mp4', 9, '${HASH}', 'publications/${testimony}', 9)`
    ]) {
      await quietly(statement);
    }
  }
  await quietly(
    `insert into assignment (testimony_id, user_id, task) values ('${TESTIMONIES.inReview}', '${PEOPLE.linguist}', 'transcribe')`
  );
  await sql('drop procedure populate_quietly');
}
