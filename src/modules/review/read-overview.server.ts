import { chainOf, logOf, type LogEntry } from '#modules/custody/read-log.server.ts';
import { verifyChain, type Verdict } from '#modules/custody/rules.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { assignedTo, linguists, type Assigned, type Linguist } from './assign-linguist.server.ts';
import type { WARNING_KINDS } from './description.ts';
import { consentOf, headOf, recordingsOf, type ConsentInForce, type Head, type Recording } from './testimony-at-desk.server.ts';

export type Described = {
  words: Record<string, { title: string; summary: string }>;
  facilityId: string | null;
  yearFrom: number | null;
  yearTo: number | null;
  themeIds: string[];
  warnings: { kind: (typeof WARNING_KINDS)[number]; note: string; startMs: number | null; endMs: number | null }[];
};

/** One testimony as the desk sees it. What a linguist may not read (log, linguists to choose from) is empty for them. */
export type Overview = {
  head: Head;
  recordings: Recording[];
  statement: string | null;
  passages: number;
  consent: ConsentInForce | null;
  described: Described;
  assigned: Assigned[];
  linguists: Linguist[];
  log: LogEntry[];
  chain: Verdict | null;
};

/** @throws DomainError `not_found` (also: not yours to see) */
export function readOverview(
  { db }: { db: Db },
  actor: Account,
  { testimonyId, locale }: { testimonyId: TestimonyId; locale: string }
): Promise<Overview> {
  return asActor(db, actor, async (tx) => {
    const reviews = actor.roles.includes('reviewer');
    const chain = reviews ? await chainOf(tx, testimonyId) : [];
    return {
      head: await headOf(tx, testimonyId, locale),
      recordings: await recordingsOf(tx, testimonyId),
      statement: await statementOf(tx, testimonyId),
      passages: await passagesOf(tx, testimonyId),
      consent: await consentOf(tx, testimonyId),
      described: await describedAs(tx, testimonyId),
      assigned: await assignedTo(tx, testimonyId),
      linguists: reviews ? await linguists(tx) : [],
      log: await logOf(tx, testimonyId, 200),
      chain: chain.length ? verifyChain(chain) : null
    };
  });
}

async function statementOf(tx: Tx, testimonyId: TestimonyId): Promise<string | null> {
  const row = await tx.selectFrom('statement').select('body').where('testimony_id', '=', testimonyId).executeTakeFirst();
  return row?.body ?? null;
}

async function passagesOf(tx: Tx, testimonyId: TestimonyId): Promise<number> {
  const row = await tx
    .selectFrom('segment')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('testimony_id', '=', testimonyId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

async function describedAs(tx: Tx, testimonyId: TestimonyId): Promise<Described> {
  const testimony = await tx
    .selectFrom('testimony')
    .select(['facility_id as facilityId', 'year_from as yearFrom', 'year_to as yearTo'])
    .where('id', '=', testimonyId)
    .executeTakeFirstOrThrow();
  const words = await tx.selectFrom('testimony_description').selectAll().where('testimony_id', '=', testimonyId).execute();
  const themes = await tx.selectFrom('testimony_theme').select('theme_id').where('testimony_id', '=', testimonyId).execute();
  const warnings = await tx
    .selectFrom('content_warning')
    .select(['kind', 'note', 'start_ms as startMs', 'end_ms as endMs'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('start_ms')
    .execute();
  return {
    ...testimony,
    words: Object.fromEntries(words.map(({ language, title, summary }) => [language, { title, summary }])),
    themeIds: themes.map(({ theme_id }) => theme_id),
    warnings: warnings as Described['warnings']
  };
}
