import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Medium } from '#engines/index/port.ts';
import type { Contributor } from '#platform/actor.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { TestDatabase } from '../database.ts';
import { answer, type Answers } from './testimony-fixtures.ts';

export type ToPublish = {
  passages: readonly { text: string; language?: string; translations?: Record<string, string> }[];
  language?: string;
  medium?: Medium;
  facility?: string;
  themes?: readonly string[];
  years?: readonly [number, number];
  answers?: Answers;
};

/** An open edition with all that the policies ask of one, laid as the owner. */
export async function published(
  { ownerUrl, sql }: Pick<TestDatabase, 'ownerUrl' | 'sql'>,
  { passages, language = 'ar', medium = 'audio', facility, themes = [], years, answers = {} }: ToPublish
): Promise<Contributor & { publicationId: string }> {
  const [testimonyId, editListId, publicationId] = [randomUUID(), randomUUID(), randomUUID()];
  // Each names the other: only one statement can bring them both.
  await sql(
    `with list as (insert into edit_list (id, testimony_id, number, sealed_at, rendered_at) values ($4, $1, 1, now(), now()))
     insert into testimony (id, state, language, medium, publish_after, edit_list_id, left_to_archive) values ($1, 'scheduled', $2, $3, now(), $4, true)`,
    [testimonyId, language, medium, editListId]
  );
  await answer(sql, testimonyId as TestimonyId, answers);
  const named = (slug: string) => ({ slug, ar: slug, en: slug });
  const rows = passages.map((passage, position) => ({
    position,
    language: passage.language ?? language,
    text: passage.text,
    translations: Object.fromEntries(
      Object.entries(passage.translations ?? {}).map(([into, text]) => [into, { text, provenance: 'machine' }])
    )
  }));
  // An edition and its passages come to be in one transaction.
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query(
    `insert into publication (id, testimony_id, edition, edit_list_id, language, medium, descriptions, facility, themes, year_from, year_to, sha256)
     values ($1, $2, 1, $3, $4, $5, '{}', $6, $7, $8, $9, repeat('a', 64))`,
    [
      publicationId,
      testimonyId,
      editListId,
      language,
      medium,
      facility ? JSON.stringify(named(facility)) : null,
      JSON.stringify(themes.map(named)),
      years?.[0] ?? null,
      years?.[1] ?? null
    ]
  );
  await owner.query(
    `insert into publication_passage (publication_id, testimony_id, position, start_ms, end_ms, language, text, provenance, translations)
     select $1, $2, position, position * 5000, position * 5000 + 4000, language, text, 'human', translations
     from jsonb_to_recordset($3::jsonb) as r(position integer, language text, text text, translations jsonb)`,
    [publicationId, testimonyId, JSON.stringify(rows)]
  );
  await owner.query('commit');
  await owner.end();
  return { kind: 'contributor', testimonyId: testimonyId as TestimonyId, publicationId };
}
