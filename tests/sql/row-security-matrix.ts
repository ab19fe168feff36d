import { of, PEOPLE, FINGERPRINT, SEALED, sessionOf, TESTIMONIES, THEME, type Person } from './a-populated-archive.ts';

export const VERBS = ['select', 'insert', 'update', 'delete'] as const;
export type Verb = (typeof VERBS)[number];

type Claims = Record<string, unknown>;
const account = (person: Person, aal: 'aal1' | 'aal2' = 'aal2') => ({
  role: 'authenticated',
  claims: { role: 'authenticated', sub: PEOPLE[person], session_id: sessionOf(person), aal }
});

/** Whoever may stand before the database, with role and claims as `asActor` or Supabase's own API would set them. */
export const ACTORS: Record<string, { role: string; claims: Claims }> = {
  visitor: { role: 'anon', claims: { role: 'anon' } },
  contributor: { role: 'contributor', claims: { role: 'contributor', testimony_id: TESTIMONIES.mine } },
  'contributor, withdrawn': { role: 'contributor', claims: { role: 'contributor', testimony_id: TESTIMONIES.withdrawn } },
  reader: account('reader'),
  'linguist with work': account('linguist'),
  'linguist without': account('idleLinguist'),
  reviewer: account('reviewer'),
  'reviewer, password only': account('reviewer', 'aal1'),
  'reviewer, idle': account('lockedReviewer'),
  'reviewer, suspended': account('suspended'),
  custodian: account('custodian'),
  admin: account('admin'),
  worker: { role: 'worker', claims: { role: 'worker' } }
};

const target = TESTIMONIES.mine;
const other = TESTIMONIES.inReview;

/** For each table: a row to add (about a testimony that is still being told and one under review) and a column to set to itself. */
export const TRIES: Record<string, { insert: string; update: string }> = {
  account: { insert: `(user_id, display_name) values ('${PEOPLE.reader}', 'x') on conflict do nothing`, update: 'display_name' },
  account_event: { insert: `(user_id, kind) values ('${PEOPLE.linguist}', 'suspended')`, update: 'kind' },
  account_role: { insert: `(user_id, role) values ('${PEOPLE.linguist}', 'admin')`, update: 'role' },
  archive: { insert: `default values on conflict do nothing`, update: 'name_ar' },
  assignment: { insert: `(testimony_id, user_id, task) values ('${other}', '${PEOPLE.idleLinguist}', 'translate')`, update: 'task' },
  consent: { insert: `(testimony_id, text_version, text_language, keep) values ('${target}', 900, 'ar', 'yes')`, update: 'keep' },
  consent_text: { insert: `(version, language, body, sha256) values (901, 'ar', '{}', repeat('b', 64))`, update: 'body' },
  content_warning: { insert: `(testimony_id, kind) values ('${other}', 'death')`, update: 'note' },
  cut_request: {
    insert: `(testimony_id, segment_id, words) values ('${other}', '${of('inReview', 'segment')}', 'خبز')`,
    update: 'outcome'
  },
  custody_event: {
    insert: `(testimony_id, position, kind, actor_kind, previous, hash) values ('${target}', 9, 'begun', 'visitor', '', '')`,
    update: 'kind'
  },
  custodian_key: { insert: `(recipient) values ('age1pq1${'p'.repeat(1952)}')`, update: 'retired_at' },
  decision: {
    insert: `(testimony_id, edit_list_id, verdict, reason) values ('${other}', '${of('inReview', 'edit list')}', 'decline', 'twenty letters, at the least')`,
    update: 'reason'
  },
  desk_session: { insert: `(session_id, user_id) values (gen_random_uuid(), '${PEOPLE.reviewer}')`, update: 'seen_at' },
  earlier_account: { insert: `(testimony_id, told_to) values ('${target}', 'journalist')`, update: 'note' },
  edition_answer: {
    insert: `(testimony_id, edit_list_id, verdict, shown) values ('${target}', '${of('mine', 'edit list')}', 'publish', repeat('b', 64))`,
    update: 'verdict'
  },
  edit_list: { insert: `(testimony_id, number) values ('${other}', 2)`, update: 'audio_only' },
  facility: { insert: `(slug, name_ar, name_en) values ('another', 'آخر', 'Another')`, update: 'name_ar' },
  identity_opening: { insert: `(testimony_id, reason) values ('${other}', 'twenty letters, at the least')`, update: 'agreed_at' },
  live_consent: {
    insert: `(testimony_id, consent_id, audiences, machine, name, face, voice, place) values ('${target}', '${of('mine', 'consent')}', '{public}', true, true, true, true, true) on conflict do nothing`,
    update: 'audiences'
  },
  mail: {
    insert: `(id, kind, account_id, sealed, good_until) values (gen_random_uuid(), 'invite', '${PEOPLE.reviewer}', 'x', now())`,
    update: 'reason'
  },
  message: { insert: `(testimony_id, sender, body) values ('${target}', 'contributor', 'x')`, update: 'read_at' },
  narration: { insert: `(text_version, text_language, part) values (900, 'ar', 'voice')`, update: 'refused_for' },
  processing_step: {
    insert: `(recording_id, testimony_id, step) values ('${of('mine', 'recording')}', '${target}', 'inspect')`,
    update: 'progress'
  },
  publication: {
    insert: `(testimony_id, edition, edit_list_id, language, medium, descriptions, sha256) values ('${other}', 1, '${of('inReview', 'edit list')}', 'ar', 'audio', '{}', repeat('b', 64))`,
    update: 'descriptions'
  },
  publication_medium: {
    insert: `(publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms) values ('${of('publicOne', 'publication')}', '${TESTIMONIES.publicOne}', 2, 'audio', 'audio/mp4', 9, repeat('b', 64), 'k', 9)`,
    update: 'store_key'
  },
  publication_passage: {
    insert: `(publication_id, testimony_id, position, language, text, provenance) values ('${of('publicOne', 'publication')}', '${TESTIMONIES.publicOne}', 2, 'ar', 'x', 'human')`,
    update: 'text'
  },
  reader_purpose: { insert: `(user_id, purpose) values ('${PEOPLE.reader}', 'court')`, update: 'purpose' },
  receipt: { insert: `(testimony_id, hash) values ('${target}', sha256('x')) on conflict do nothing`, update: 'hash' },
  receipt_session: { insert: `(token_hash, testimony_id) values (sha256('y'), '${target}')`, update: 'expires_at' },
  recording: {
    insert: `(testimony_id, position, kind, media_type, bytes, sha256) values ('${target}', 2, 'audio', 'audio/webm', 9, repeat('b', 64))`,
    update: 'state'
  },
  redaction: {
    insert: `(edit_list_id, testimony_id, recording_id, start_ms, end_ms, treatment, reason) values ('${of('inReview', 'edit list')}', '${other}', '${of('inReview', 'recording')}', 10, 20, 'mute', 'place')`,
    update: 'start_ms'
  },
  rendition: {
    insert: `(recording_id, testimony_id, kind, media_type, bytes, sha256, store_key) values ('${of('mine', 'recording')}', '${target}', 'peaks', 'x', 9, repeat('b', 64), 'z')`,
    update: 'store_key'
  },
  risk_assessment: {
    insert: `(testimony_id, person_level, person_note, family_level, family_note, detained_level, detained_note) values ('${other}', 'low', 'ten letters', 'low', 'ten letters', 'low', 'ten letters')`,
    update: 'person_note'
  },
  sealed_identity: {
    insert: `(testimony_id, ciphertext, sealed_to) values ('${target}', '${SEALED}', '{${FINGERPRINT}}') on conflict do nothing`,
    update: 'sealed_at'
  },
  segment: {
    insert: `(transcript_id, testimony_id, position, text, provenance) values ('${of('inReview', 'transcript')}', '${other}', 2, 'x', 'human')`,
    update: 'text'
  },
  segment_version: {
    insert: `(segment_id, version, text, speaker, provenance, changed_at) values ('${of('mine', 'segment')}', 9, 'x', '', 'human', now())`,
    update: 'text'
  },
  speech_piece: { insert: `(recording_id, position, start_ms, end_ms) values ('${of('mine', 'recording')}', 2, 0, 9)`, update: 'heard' },
  spoken_word: {
    insert: `(testimony_id, purpose, media_type, bytes, sha256, store_key) values ('${target}', 'consent', 'audio/webm', 9, repeat('b', 64), 'spoken/another')`,
    update: 'bytes'
  },
  statement: { insert: `(testimony_id, body) values ('${target}', 'x') on conflict do nothing`, update: 'body' },
  support_contact: { insert: `(kind, name, url, what) values ('care', 'x', 'https://example.org/', '{"en": "x"}')`, update: 'position' },
  testimony: { insert: `(language) values ('ar')`, update: 'language' },
  testimony_description: { insert: `(testimony_id, language, title) values ('${other}', 'en', 'x')`, update: 'title' },
  testimony_step: { insert: `("from", "to", taken_by) values ('draft', 'published', 'worker')`, update: 'taken_by' },
  testimony_theme: { insert: `(testimony_id, theme_id) values ('${other}', '${THEME}') on conflict do nothing`, update: 'theme_id' },
  theme: { insert: `(slug, name_ar, name_en) values ('another', 'آخر', 'Another')`, update: 'name_ar' },
  third_party: { insert: `(testimony_id, name, flagged_by) values ('${other}', 'x', 'desk')`, update: 'verdict' },
  transcript: { insert: `(testimony_id, language) values ('${other}', 'en')`, update: 'language' },
  translation: {
    insert: `(segment_id, language, testimony_id, text, provenance, source_version) values ('${of('inReview', 'segment')}', 'fr', '${other}', 'x', 'human', 1)`,
    update: 'text'
  },
  understanding: { insert: `(testimony_id, words) values ('${target}', 'x')`, update: 'verdict' },
  upload_lease: {
    insert: `(recording_id, holder, held_until) values ('${of('mine', 'recording')}', gen_random_uuid(), now()) on conflict do nothing`,
    update: 'held_until'
  },
  way_back: {
    insert: `(token_hash, session_hash) values (sha256('x'), sha256('${target}'::bytea)) on conflict do nothing`,
    update: 'token_hash'
  }
};
