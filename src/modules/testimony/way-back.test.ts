import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../../tests/database.ts';
import { beginTestimony } from './begin-testimony.server.ts';
import { closeSession, contributorFromCookie } from './session.server.ts';
import { dropWayBack, leaveWayBack, takeWayBack } from './way-back.server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function begun() {
  const { db } = database;
  const { testimonyId, cookie } = await beginTestimony({ db }, { language: 'ar' });
  return { db, testimonyId, cookie, contributor: { kind: 'contributor' as const, testimonyId } };
}
const refused = { code: 'not_found' };

it('R21 leads back to the draft once, and ends the session that was lost', async () => {
  const { db, testimonyId, cookie, contributor } = await begun();
  const way = (await leaveWayBack({ db }, contributor, cookie))!;
  const taken = await takeWayBack({ db }, way);
  expect(taken.testimonyId).toBe(testimonyId);
  expect(await contributorFromCookie(db, taken.cookie)).toEqual(contributor);
  expect(await contributorFromCookie(db, cookie)).toBeNull();
  await expect(takeWayBack({ db }, way)).rejects.toMatchObject(refused);
  const log = await database.sql(`select kind from custody_event where testimony_id = $1 order by position`, [testimonyId]);
  expect(log.map(({ kind }) => kind)).toEqual(['begun', 'taken_up_again']);
});

it('is given only while the browser may not have written its cookie down', async () => {
  const { db, testimonyId, cookie, contributor } = await begun();
  await database.sql(`update receipt_session set opened_at = now() - interval '121 seconds' where testimony_id = $1`, [testimonyId]);
  expect(await leaveWayBack({ db }, contributor, cookie)).toBeNull();
});

it('is given for one’s own session only', async () => {
  const [one, other] = [await begun(), await begun()];
  expect(await leaveWayBack({ db: one.db }, one.contributor, other.cookie)).toBeNull();
});

it.each([
  [
    'the words were typed back',
    `insert into receipt (testimony_id, hash, confirmed_at) values ($1::uuid, sha256(convert_to($1::text, 'UTF8')), now())`
  ],
  ['it was handed over', `update testimony set state = 'submitted' where id = $1`],
  ['its session was over by then', `update receipt_session set expires_at = now() - interval '1 second' where testimony_id = $1`]
])('leads nowhere once %s', async (_, change) => {
  const { db, testimonyId, cookie, contributor } = await begun();
  const way = (await leaveWayBack({ db }, contributor, cookie))!;
  await database.sql(`alter table testimony disable trigger a_refuse_unknown_step`);
  await database.sql(change, [testimonyId]);
  await database.sql(`alter table testimony enable trigger a_refuse_unknown_step`);
  await expect(takeWayBack({ db }, way)).rejects.toMatchObject(refused);
});

it('R22 is closed by "forget this phone", and by the phone itself', async () => {
  const [forgotten, dropped] = [await begun(), await begun()];
  const { db } = forgotten;
  const first = (await leaveWayBack({ db }, forgotten.contributor, forgotten.cookie))!;
  await closeSession({ db }, forgotten.cookie);
  await expect(takeWayBack({ db }, first)).rejects.toMatchObject(refused);
  const second = (await leaveWayBack({ db }, dropped.contributor, dropped.cookie))!;
  await dropWayBack({ db }, dropped.contributor, dropped.cookie);
  await expect(takeWayBack({ db }, second)).rejects.toMatchObject(refused);
  expect(await contributorFromCookie(db, dropped.cookie)).toEqual(dropped.contributor);
});

it('R33 is kept as a hash alone', async () => {
  const { db, cookie, contributor } = await begun();
  const way = (await leaveWayBack({ db }, contributor, cookie))!;
  const rows = await database.sql(`select encode(token_hash, 'escape') as hash from way_back`);
  expect(JSON.stringify(rows)).not.toContain(way);
  expect(Buffer.from(way, 'base64url')).toHaveLength(32);
});
