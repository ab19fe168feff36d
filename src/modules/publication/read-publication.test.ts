import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '#tests/database.ts';
import { VISITOR } from '#platform/actor.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { listPublications } from './list-publications.server.ts';
import { readOverview } from './read-overview.server.ts';
import { readPublication } from './read-publication.server.ts';

const idOf = (number: number) => `00000000-0000-4000-8000-00000000000${number}` as TestimonyId;
const OPEN = idOf(1);
const FOR_JOURNALISTS = idOf(2);
const WITHDRAWN = idOf(3);
const NEVER_PUBLISHED = idOf(4);

let database: TestDatabase;

/** Editions as the worker leaves them; the way there, with its two approvals, is other tests' matter. */
async function lay(id: TestimonyId, state: string, audience: string, published: boolean): Promise<void> {
  const edition = published
    ? `insert into edit_list (id, testimony_id, number, sealed_at) values ('${id}', '${id}', 1, now());
       insert into publication (id, testimony_id, edition, edit_list_id, language, medium, descriptions, facility, year_from, year_to, themes, sha256, unpublished_at)
       values ('${id}', '${id}', 1, '${id}', 'ar', 'audio', '{"ar": {"title": "عنوان", "summary": ""}}', '{"slug": "qalaa", "ar": "القلعة", "en": "Citadel"}',
         1988, 1991, '[{"slug": "food", "ar": "الطعام", "en": "Food"}]', repeat('0', 64), ${state === 'withdrawn' ? 'now()' : 'null'});
       insert into publication_medium (publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms, peaks)
       values ('${id}', '${id}', 1, 'audio', 'audio/mp4', 1, repeat('0', 64), 'k', 60000, '{1,2,3}');
       insert into publication_passage (publication_id, testimony_id, position, start_ms, end_ms, language, text, provenance, translations)
       values ('${id}', '${id}', 1, 5000, 9000, 'ar', 'الثاني', 'machine', '{}'),
         ('${id}', '${id}', 0, 1000, 5000, 'ar', 'كنّا نقسم الرغيف أربعة أقسام، ونترك قسمًا لمن يصل جديدًا.', 'human', '{"en": {"text": "We cut the loaf", "provenance": "human"}}');`
    : '';
  await database.sql(`
    begin;
    set local session_replication_role = replica;
    insert into testimony (id, state, language) values ('${id}', '${state}', 'ar');
    insert into consent_text (version, language, body, sha256) values (1, 'ar', '{}', repeat('0', 64)) on conflict do nothing;
    insert into consent (id, testimony_id, version, text_version, text_language, keep, ${audience}) values ('${id}', '${id}', 1, 1, 'ar', 'yes', 'yes');
    insert into live_consent (testimony_id, consent_id, audiences, machine, name, face, voice, place)
      values ('${id}', '${id}', '{${audience}}', true, true, true, true, true);
    ${edition}
    commit;`);
}

beforeAll(async () => {
  database = await testDatabase();
  await lay(OPEN, 'published', 'public', true);
  await lay(FOR_JOURNALISTS, 'published', 'journalists', true);
  await lay(WITHDRAWN, 'withdrawn', 'public', true);
  await lay(NEVER_PUBLISHED, 'in_review', 'public', false);
});
afterAll(() => database.close());

it('reads an edition whole, its passages in their order', async () => {
  const edition = await readPublication(database, VISITOR, OPEN);
  expect(edition.passages.map(({ position }) => position)).toEqual([0, 1]);
  expect(edition.passages[0]!.translations.en).toEqual({ text: 'We cut the loaf', provenance: 'human' });
  expect(edition.media[0]).toMatchObject({ number: 1, durationMs: 60_000, peaks: [1, 2, 3] });
  expect(edition).not.toHaveProperty('store_key');
});

it('R10 says that a withdrawn testimony is gone', async () => {
  await expect(readPublication(database, VISITOR, WITHDRAWN)).rejects.toMatchObject({ code: 'gone', status: 410 });
});

it('answers alike for what is closed to the reader, not published, and not there', async () => {
  for (const id of [FOR_JOURNALISTS, NEVER_PUBLISHED, idOf(9)]) {
    await expect(readPublication(database, VISITOR, id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
  }
});

it('lists only what is open to the reader, narrowed by place, theme and years', async () => {
  const list = (filter: object) => listPublications(database, VISITOR, { page: 1, limit: 24, ...filter });
  expect(await list({})).toMatchObject({ total: 1, editions: [{ testimonyId: OPEN }] });
  expect((await list({ facility: 'qalaa', theme: 'food', from: 1990, to: 1999 })).total).toBe(1);
  expect((await list({ from: 1992 })).total).toBe(0);
  expect((await list({ theme: 'letters' })).total).toBe(0);
});

it('counts what is open: years, decades, places, themes, and an excerpt', async () => {
  const overview = await readOverview(database, VISITOR);
  expect(overview.total).toBe(1);
  expect(overview.years.map(({ year }) => year)).toEqual([1988, 1989, 1990, 1991]);
  expect(overview.decades).toEqual([
    { from: 1980, count: 1 },
    { from: 1990, count: 1 }
  ]);
  expect(overview.places).toMatchObject([{ slug: 'qalaa', count: 1, aliases: [] }]);
  expect(overview.themes).toMatchObject([{ slug: 'food', count: 1 }]);
  expect(overview.excerpt).toMatchObject({ testimonyId: OPEN, position: 0, startMs: 1_000, durationMs: 60_000 });
});
