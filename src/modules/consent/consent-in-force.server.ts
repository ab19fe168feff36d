import { createHash } from 'node:crypto';
import type { Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { canonical, QUESTIONS, type Answers } from './rules.ts';

export type ConsentInForce = {
  answers: Answers;
  /** What the custody log keeps of it (R8): ids, versions and hashes; `sha256` is over the answers, their time and the words' hash. */
  evidence: { consent: string; version: number; textVersion: number; textLanguage: string; textSha256: string; sha256: string };
};

/** The newest version of a testimony's consent, or null before the first answer. */
export async function consentInForce(tx: Tx, testimonyId: TestimonyId): Promise<ConsentInForce | null> {
  const row = await tx
    .selectFrom('consent as c')
    .innerJoin('consent_text as t', (join) => join.onRef('t.version', '=', 'c.text_version').onRef('t.language', '=', 'c.text_language'))
    .select(['c.id', 'c.version', 'c.text_version', 'c.text_language', 'c.given_at', 't.sha256 as text_sha256'])
    .select(QUESTIONS.map((question) => `c.${question}` as const))
    .where('c.testimony_id', '=', testimonyId)
    .orderBy('c.version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const answers = Object.fromEntries(QUESTIONS.map((question) => [question, row[question]])) as Answers;
  const bound = { testimonyId, version: row.version, givenAt: row.given_at.toISOString(), textSha256: row.text_sha256, answers };
  return {
    answers,
    evidence: {
      consent: row.id,
      version: row.version,
      textVersion: row.text_version,
      textLanguage: row.text_language,
      textSha256: row.text_sha256,
      sha256: createHash('sha256').update(canonical(bound)).digest('hex')
    }
  };
}
