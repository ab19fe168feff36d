import { sql } from 'kysely';
import { silenced, type Edit, type Word } from '#modules/media/edit-times.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId, ThirdPartyId } from '#platform/ids.ts';
import { splitWords } from './leave-out.ts';

/** The names that no public text of this testimony may hold now (R16). */
export async function namesLeftOut(tx: Tx, testimonyId: TestimonyId): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select app.names_left_out(${testimonyId}) as name`.execute(tx);
  return rows.map(({ name }) => name);
}

/** Where a name that is left out of the text can still be heard (ms in its recording). */
export type Heard = { recording: number; startMs: number; endMs: number };

export type ThirdParty = {
  id: ThirdPartyId;
  name: string;
  note: string | null;
  flaggedBy: 'contributor' | 'desk';
  verdict: 'leave_out' | 'may_be_named' | null;
  reason: string | null;
  assessedBy: string | null;
  /** Empty for whoever may be named. */
  heard: Heard[];
};

/** Everyone who was flagged, for whoever reviews; empty for anybody else. */
export function readThirdParties({ db }: { db: Db }, actor: Account, { testimonyId }: { testimonyId: TestimonyId }): Promise<ThirdParty[]> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('third_party as p')
      .leftJoin('account as a', 'a.user_id', 'p.assessed_by')
      .select(['p.id', 'p.name', 'p.note', 'p.flagged_by as flaggedBy', 'p.verdict', 'p.reason', 'a.display_name as assessedBy'])
      .where('p.testimony_id', '=', testimonyId)
      .orderBy('p.flagged_at')
      .execute();
    const spoken = rows.length ? await spokenWords(tx, testimonyId) : [];
    return rows.map((row) => ({
      ...row,
      id: row.id as ThirdPartyId,
      heard: row.verdict === 'may_be_named' ? [] : spoken.flatMap((one) => heardIn(one, row.name))
    }));
  });
}

type SpokenWords = { recording: number; words: Word[]; edits: Edit[] };

function heardIn({ recording, words, edits }: SpokenWords, name: string): Heard[] {
  const away = silenced(edits);
  return splitWords(words, [name])
    .named.filter(({ s, e }) => !away.some(({ startMs, endMs }) => startMs <= s && e <= endMs))
    .map(({ s, e }) => ({ recording, startMs: s, endMs: e }));
}

async function spokenWords(tx: Tx, testimonyId: TestimonyId): Promise<SpokenWords[]> {
  const segments = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .innerJoin('recording as r', 'r.id', 't.recording_id')
    .select(['r.id as recordingId', 'r.position', 's.words'])
    .where('s.testimony_id', '=', testimonyId)
    .orderBy('r.position')
    .orderBy('s.position')
    .execute();
  const edits = await tx
    .selectFrom('redaction as x')
    .innerJoin('testimony as t', 't.edit_list_id', 'x.edit_list_id')
    .select(['x.recording_id', 'x.start_ms as startMs', 'x.end_ms as endMs', 'x.treatment'])
    .where('t.id', '=', testimonyId)
    .execute();
  return segments.map(({ recordingId, position, words }) => ({
    recording: position,
    words: words as unknown as Word[],
    edits: edits.filter(({ recording_id }) => recording_id === recordingId)
  }));
}
