import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ERRORS, type Lock, type Locker } from '@tus/server';
import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';

/** Seconds that an upload stays held without a word; so long after a kill another process waits for it. */
const HELD_SECONDS = 10;
/** Milliseconds between two words of the holder, who so learns that somebody waits. */
const SAY_SO_EVERY = 1_000;
const ASK_EVERY = 200;
const PATIENCE = 30_000;

type Answer = 'held' | 'busy' | 'wanted' | 'gone';

/**
 * One writer for an upload among all requests of all web processes, kept in the database: whoever comes later asks the one before to
 * make way, which keeps what has arrived. It is held by no connection, so that hours of a thin line cost none.
 */
export function uploadLocker(db: Db, contributor: Contributor): Locker {
  return { newLock: (recordingId) => uploadLock(db, contributor, recordingId) };
}

function uploadLock(db: Db, contributor: Contributor, recordingId: string): Lock {
  const holder = randomUUID();
  let saying: NodeJS.Timeout | undefined;

  const ask = (question: ReturnType<typeof sql<{ answer: Answer }>>) =>
    asActor(db, contributor, async (tx) => (await question.execute(tx)).rows[0]!.answer);
  const hold = () => ask(sql<{ answer: Answer }>`select app.hold_upload(${recordingId}, ${holder}, ${HELD_SECONDS}) as answer`);
  const keep = () => ask(sql<{ answer: Answer }>`select app.keep_upload(${recordingId}, ${holder}, ${HELD_SECONDS}) as answer`);

  return {
    async lock(signal, makeWay) {
      await held(hold, signal);
      let lastHeld = Date.now();
      saying = setInterval(() => {
        keep().then(
          (answer) => (answer === 'held' ? (lastHeld = Date.now()) : void makeWay()),
          // A database that is away for a moment changes nothing; one that stays away may have given the upload to another.
          () => Date.now() - lastHeld > HELD_SECONDS * 1_000 && void makeWay()
        );
      }, SAY_SO_EVERY);
    },
    async unlock() {
      clearInterval(saying);
      await asActor(db, contributor, (tx) => sql`select app.let_go_of_upload(${recordingId}, ${holder})`.execute(tx));
    }
  };
}

/** @throws DomainError `not_found`; what tus answers with 4xx and the browser asks again for, when nobody makes way in half a minute */
async function held(hold: () => Promise<Answer>, signal: AbortSignal): Promise<void> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const answer = await hold();
    if (answer === 'held') return;
    if (answer === 'gone') throw new DomainError('not_found');
    if (Date.now() > until) throw ERRORS.ERR_LOCK_TIMEOUT;
    await wait(ASK_EVERY, undefined, { signal });
  }
}
