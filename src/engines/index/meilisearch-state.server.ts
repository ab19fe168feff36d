import { sql } from 'kysely';
import { asSystem, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';

/**
 * What every process has to know of the search server is kept in Postgres (table `search_engine`), not in a process: which index answers,
 * which one is being built and how far, and why the server is not asked.
 */
export type Standing = {
  live: string | null;
  building: boolean;
  version: string | null;
  trouble: Trouble | null;
  refusal: string | null;
  waiting: number;
  behindSeconds: number;
  /** Up to a hundred testimonies whose last change is not in the index. */
  unwritten: TestimonyId[];
};
export type Trouble = 'wrong_version' | 'lost';

/** One index on the server, and when the server made it: an index of that name made at another time is another one. */
export type Made = { uid: string; made: string };
export type Build = { uid: string; made: string | null; from: number; after: TestimonyId | null };

/** Seconds after which a build whose process is gone may be taken up by another. */
export const HOLD_SECONDS = 30;

/** In the transaction of whoever asks: it holds no word of a testimony. */
export async function readStanding(tx: Tx, name: string): Promise<Standing> {
  const { rows } = await sql<{ standing: Standing }>`select app.search_standing(${name}) as standing`.execute(tx);
  return rows[0]!.standing;
}

export type Seen = { version?: string | null; trouble?: Trouble | null; refusal?: string | null };

/** Notes what was seen of the server, for all processes and the desk. */
export async function note(tx: Tx, name: string, seen: Seen): Promise<void> {
  await tx
    .insertInto('search_engine')
    .values({ name, ...seen })
    .onConflict((row) => row.column('name').doUpdateSet(seen))
    .execute();
}

/** The index that answers and the one being built, as the worker reads them. */
export function readIndexes(tx: Tx, name: string) {
  return tx
    .selectFrom('search_engine')
    .select(['live', 'live_made', 'next', 'next_made', 'trouble', 'refusal'])
    .where('name', '=', name)
    .executeTakeFirst();
}

/**
 * While `send` gives the server its tasks, no build begins and none takes the place of the index that answers: every write goes to
 * both or to the one that counts.
 */
export function whileNothingSwaps<T>(db: Db, name: string, send: (tx: Tx) => Promise<T>): Promise<T> {
  return asSystem(db, async (tx) => {
    await sql`select pg_advisory_xact_lock_shared(hashtext(${`search_engine ${name}`}))`.execute(tx);
    return send(tx);
  });
}

function alone<T>(db: Db, name: string, change: (tx: Tx) => Promise<T>): Promise<T> {
  return asSystem(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`search_engine ${name}`}))`.execute(tx);
    return change(tx);
  });
}

/**
 * Takes the build into the hands of one process: a new one, or the one that a killed process left behind where `goesOn` says that
 * it can be gone on with.
 * @param fresh what a new one is called and since which transaction it has to catch up
 * @throws DomainError `engine_busy`: another process is at it
 */
export function holdBuild(
  db: Db,
  name: string,
  holder: string,
  fresh: () => Promise<{ uid: string; from: number }>,
  goesOn: (left: Made) => Promise<boolean>
): Promise<Build> {
  return alone(db, name, async (tx) => {
    await tx
      .insertInto('search_engine')
      .values({ name })
      .onConflict((row) => row.doNothing())
      .execute();
    const held = await tx
      .updateTable('search_engine')
      .set({ held_by: holder, held_until: sql<Date>`now() + ${HOLD_SECONDS} * interval '1 second'` })
      .where('name', '=', name)
      .where((eb) => eb.or([eb('held_until', 'is', null), eb('held_until', '<', sql<Date>`now()`)]))
      .returning(['next', 'next_made', 'next_from', 'next_after'])
      .executeTakeFirst();
    if (!held) throw new DomainError('engine_busy', { retryAfterSeconds: HOLD_SECONDS });
    const { next, next_made, next_from, next_after } = held;
    if (next && next_made && next_from !== null && (await goesOn({ uid: next, made: next_made })))
      return { uid: next, made: next_made, from: next_from, after: next_after as TestimonyId | null };
    const { uid, from } = await fresh();
    await tx
      .updateTable('search_engine')
      .set({ next: uid, next_made: null, next_from: from, next_after: null })
      .where('name', '=', name)
      .execute();
    return { uid, made: null, from, after: null };
  });
}

/**
 * Says how far a build has come, and that its process is alive.
 * @throws DomainError `engine_busy`: another process has taken it over
 */
export function noteProgress(
  db: Db,
  name: string,
  holder: string,
  progress: { next_made?: string; next_after?: TestimonyId } = {}
): Promise<void> {
  return asSystem(db, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('search_engine')
      .set({ ...progress, held_until: sql<Date>`now() + ${HOLD_SECONDS} * interval '1 second'` })
      .where('name', '=', name)
      .where('held_by', '=', holder)
      .executeTakeFirst();
    if (!numUpdatedRows) throw new DomainError('engine_busy', { retryAfterSeconds: HOLD_SECONDS });
  });
}

/** Lets go of a build that has failed, so that the next process need not wait to take it up. */
export async function letGo(db: Db, name: string, holder: string): Promise<void> {
  await asSystem(db, (tx) =>
    tx
      .updateTable('search_engine')
      .set({ held_by: null, held_until: null })
      .where('name', '=', name)
      .where('held_by', '=', holder)
      .execute()
  );
}

/**
 * What was built answers from here on, for every process at once.
 * @returns the index that it has taken the place of
 */
export function swap(db: Db, name: string, holder: string): Promise<string | null> {
  return alone(db, name, async (tx) => {
    const before = await tx
      .selectFrom('search_engine')
      .select(['live', 'next', 'next_made'])
      .where('name', '=', name)
      .where('held_by', '=', holder)
      .executeTakeFirst();
    if (!before) throw new DomainError('engine_busy', { retryAfterSeconds: HOLD_SECONDS });
    await tx
      .updateTable('search_engine')
      .set({
        live: before.next,
        live_made: before.next_made,
        next: null,
        next_made: null,
        next_from: null,
        next_after: null,
        held_by: null,
        held_until: null,
        trouble: null,
        refusal: null
      })
      .where('name', '=', name)
      .execute();
    return before.live;
  });
}
