import { sql } from 'kysely';
import { numberMeant } from '#modules/testimony/number.ts';
import type { State } from '#modules/testimony/rules.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { LISTS, waitsFor, type List, type WaitsFor } from './rules.ts';
import type { QueueQuestion } from './schema.ts';

/** A row of the queue. `title` in the page's language where there is one, else any; `durationMs` is null for what was written. */
export type QueueRow = {
  id: TestimonyId;
  number: number;
  title: string | null;
  titleLanguage: string | null;
  language: string;
  medium: 'video' | 'audio' | 'written' | null;
  durationMs: number | null;
  state: State;
  stateSince: Date;
  publishAfter: Date | null;
  warned: boolean;
  hard: boolean;
  needsHuman: boolean;
  mine: boolean;
  waitsFor: WaitsFor;
};

export type Queue = { rows: QueueRow[]; counts: Record<List, number> };

/** No list is longer on a page; what lies beyond is found by number or title. */
const SHOWN = 200;

/**
 * The testimonies that the person at the desk may see, in one of the queue's lists, the longest waiting first.
 * A number or words of a title narrow it down.
 */
export function listQueue({ db }: { db: Db }, actor: Account, { list, find, locale }: QueueQuestion & { locale: string }): Promise<Queue> {
  return asActor(db, actor, async (tx) => {
    const work = queueWork(actor, locale);
    return { rows: await rows(tx, work, list, find), counts: await counts(tx, work) };
  });
}

type Work = ReturnType<typeof queueWork>;

/**
 * What each testimony's standing is, seen through the actor's own rights. A decision is waited for from those who gave none on the
 * edit list in force; a linguist's own is what was assigned to them.
 */
function queueWork({ userId }: Account, locale: string) {
  return sql`
    with standing as (
      select t.id, t.number, t.language, t.medium, t.state, t.state_since, t.publish_after, t.hard_material as hard, t.submitted_by,
        d.title, d.language as title_language,
        l.sealed_at is not null as sealed, l.rendered_at is not null as rendered,
        exists (select from content_warning w where w.testimony_id = t.id) as warned,
        exists (select from processing_step p where p.testimony_id = t.id and p.state = 'needs_human' and p.step = 'transcribe')
          and not exists (select from segment s where s.testimony_id = t.id) as needs_human,
        exists (select from risk_assessment r where r.testimony_id = t.id) as risk_assessed,
        exists (select from assignment a where a.testimony_id = t.id and a.user_id = ${userId}) as mine,
        exists (select from decision x where x.testimony_id = t.id and x.edit_list_id = t.edit_list_id and x.reviewer_id = ${userId}) as decided,
        (select count(*)::int from decision x where x.testimony_id = t.id and x.edit_list_id = t.edit_list_id and x.verdict = 'approve') as approvals,
        (select count(*)::int from message m where m.testimony_id = t.id and m.sender = 'contributor' and m.read_at is null) as unread,
        (select sum(r.duration_ms)::int from recording r where r.testimony_id = t.id and r.state = 'verified') as duration_ms
      from testimony t
        left join edit_list l on l.id = t.edit_list_id
        left join lateral (select title, language from testimony_description d where d.testimony_id = t.id
          order by (d.language = ${locale}) desc, d.language limit 1) d on true
      where t.state <> 'draft'
    ), listed as (
      select *,
        state not in ('published', 'declined', 'withdrawn') as in_all,
        mine and state in ('submitted', 'in_review') and not decided
          or unread > 0 and mine
          or state = 'in_review' and approvals = 1 and not decided and submitted_by is distinct from ${userId} as in_mine,
        state = 'submitted' as in_triage,
        needs_human and state in ('submitted', 'in_review') as in_needs_human,
        state = 'in_review' and approvals = 1 as in_second_decision,
        unread > 0 and state <> 'withdrawn' as in_replied,
        state in ('approved', 'scheduled') as in_cooling_off,
        state = 'published' as in_published
      from standing
    )`;
}

async function rows(tx: Tx, work: Work, list: List, find: string): Promise<QueueRow[]> {
  const number = numberMeant(find);
  const narrowed = find
    ? sql`number = ${number ?? -1} or exists (select from testimony_description d where d.testimony_id = listed.id
        and strpos(lower(d.title), lower(${find})) > 0)`
    : sql`true`;
  const found = await sql<Omit<QueueRow, 'waitsFor'> & Parameters<typeof waitsFor>[0]>`${work}
    select id, number, title, title_language as "titleLanguage", language, medium, duration_ms as "durationMs", state,
      state_since as "stateSince", publish_after as "publishAfter", warned, hard, needs_human as "needsHuman", mine,
      sealed, rendered, risk_assessed as "riskAssessed", approvals, unread
    from listed where ${find ? sql`true` : sql.ref(`in_${list}`)} and (${narrowed})
    order by state_since, number limit ${SHOWN}`.execute(tx);
  return found.rows.map(({ sealed, rendered, riskAssessed, approvals, unread, ...row }) => ({
    ...row,
    waitsFor: waitsFor({ ...row, sealed, rendered, riskAssessed, approvals, unread })
  }));
}

async function counts(tx: Tx, work: Work): Promise<Record<List, number>> {
  const columns = sql.join(LISTS.map((list) => sql`count(*) filter (where ${sql.ref(`in_${list}`)})::int as ${sql.ref(list)}`));
  const counted = await sql<Record<List, number>>`${work} select ${columns} from listed`.execute(tx);
  return counted.rows[0]!;
}
