import { CompiledQuery, sql as statement } from 'kysely';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { VISITOR, type Account, type Actor } from '#platform/actor.ts';
import { asActor, asSystem, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { testDatabase } from '../database.ts';
import { published } from '../support/published.ts';
import { assessed, staff, testimony, type Answers, type Laid } from '../support/testimony-fixtures.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
afterAll(() => database.close());

const MEDIUM = { sha256: 'c'.repeat(64), bytes: 1, duration_ms: 1_000, media_type: 'video/mp4' };
const passages = [{ text: 'كنّا نقسم الرغيف' }];

type Edition = Awaited<ReturnType<typeof published>>;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code
  );
const change = (actor: Actor, text: string, values: unknown[] = []) =>
  refusal(asActor(db, actor, (tx) => tx.executeQuery(CompiledQuery.raw(text, values))));

/** A newer version of what somebody consented to: all of it, but for what is named. */
async function consents({ testimonyId }: { testimonyId: TestimonyId }, answers: Answers = {}): Promise<void> {
  const all = { keep: 'yes', public: 'yes', journalists: 'yes', name: 'yes', face: 'yes', voice: 'yes', place: 'yes', ...answers };
  await asActor(db, { kind: 'contributor', testimonyId }, (tx) =>
    tx
      .insertInto('consent')
      .values({ testimony_id: testimonyId, text_version: 1, text_language: 'ar', ...all } as never)
      .execute()
  );
}
const reads = async (actor: Actor, { testimonyId }: Edition) =>
  (await asActor(db, actor, (tx) => tx.selectFrom('publication').select('id').where('testimony_id', '=', testimonyId).execute())).length;
const finds = (actor: Actor) =>
  asActor(db, actor, async (tx) => {
    const { rows } = await statement<{ n: number }>`
      select (app.search_passages(null, null, null, null, null, null, null, null, 0, 50) ->> 'total')::int as n`.execute(tx);
    return rows[0]!.n;
  });
const index = ({ testimonyId, publicationId }: Edition) =>
  sql(
    `insert into search_passage (publication_id, position, testimony_id, language, medium, words, exact) values ($1, 0, $2, 'ar', 'audio', '', '')`,
    [publicationId, testimonyId]
  );
/** A film in an open edition, made as the worker's entry in the log says. */
async function filmed(
  { testimonyId, publicationId }: Edition,
  made: { blurPicture: boolean; disguiseVoice: boolean } | null
): Promise<string> {
  if (made) await asSystem(workerDb, (tx) => recorded(tx, testimonyId, { audioOnly: false, sha256: MEDIUM.sha256, ...made }));
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const { rows } = await owner
    .query<{ id: string }>(
      `set session_replication_role = replica;
     insert into publication_medium (publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms)
     values ('${publicationId}', '${testimonyId}', 1, 'video', '${MEDIUM.media_type}', 1, '${MEDIUM.sha256}', 'publications/x', 1000) returning id`
    )
    .then((results) => (results as unknown as pg.QueryResult<{ id: string }>[])[1]!);
  await owner.end();
  return rows[0]!.id;
}
const recorded = (tx: Tx, testimonyId: TestimonyId, detail: object) =>
  statement`select app.record_custody(${testimonyId}, 'public_rendition_made', ${JSON.stringify(detail)}::jsonb)`.execute(tx);

async function journalist(): Promise<Account> {
  const reader = await staff(sql, ['reader']);
  await sql(`insert into reader_purpose (user_id, purpose) values ($1, 'journalists')`, [reader.userId]);
  return reader;
}
const withdraw = ({ testimonyId }: Edition) =>
  asActor(db, { kind: 'contributor', testimonyId }, (tx) =>
    tx.updateTable('testimony').set({ state: 'withdrawn' }).where('id', '=', testimonyId).execute()
  );
const gone = (actor: Actor, { testimonyId }: Edition, medium: string) =>
  asActor(db, actor, async (tx) => {
    const { rows } = await statement<{ page: boolean; medium: boolean }>`
      select app.is_gone(${testimonyId}) as page, app.is_medium_gone(${medium}) as medium`.execute(tx);
    return rows[0]!;
  });
const sinceThen = (edition: Edition) =>
  sql(`begin; set local session_replication_role = replica;
    update consent set given_at = given_at - interval '2 hours' where testimony_id = '${edition.testimonyId}';
    update publication set published_at = published_at - interval '1 hour' where testimony_id = '${edition.testimonyId}'; commit`);

it('R10 tells only those who could have read it that it is gone', async () => {
  const reader = await journalist();
  const closed = await published(database, { passages, answers: { public: 'no' } });
  const closedFilm = await filmed(closed, null);
  const open = await published(database, { passages });
  const openFilm = await filmed(open, null);
  for (const edition of [closed, open]) await sinceThen(edition);
  expect(await gone(VISITOR, open, openFilm)).toEqual({ page: false, medium: false });
  await withdraw(closed);
  await withdraw(open);
  expect(await gone(VISITOR, closed, closedFilm)).toEqual({ page: false, medium: false });
  expect(await gone(reader, closed, closedFilm)).toEqual({ page: true, medium: true });
  expect(await gone(VISITOR, open, openFilm)).toEqual({ page: true, medium: true });
});

it('R10 says gone of what was open to everyone before it was for journalists only, and silent of what never was', async () => {
  const narrowed = await published(database, { passages });
  const film = await filmed(narrowed, null);
  await sinceThen(narrowed);
  await consents(narrowed, { public: 'no' });
  await withdraw(narrowed);
  expect(await gone(VISITOR, narrowed, film)).toEqual({ page: true, medium: true });

  const before = await published(database, { passages, answers: { public: 'yes' } });
  const never = await filmed(before, null);
  await consents(before, { public: 'no' });
  await sql(`begin; set local session_replication_role = replica;
    update consent set given_at = given_at - interval '2 hours' where testimony_id = '${before.testimonyId}'; commit`);
  await withdraw(before);
  expect(await gone(VISITOR, before, never)).toEqual({ page: false, medium: false });
});

it('R4 R9 closes an edition at once, in pages and search, when it shows more than the person now wants', async () => {
  const edition = await published(database, { passages, facility: 'invented' });
  await index(edition);
  const before = await finds(VISITOR);
  expect([await reads(VISITOR, edition), before > 0]).toEqual([1, true]);
  await consents(edition, { place: 'no' });
  expect([await reads(VISITOR, edition), await finds(VISITOR)]).toEqual([0, before - 1]);
  await consents(edition);
  expect([await reads(VISITOR, edition), await finds(VISITOR)]).toEqual([1, before]);
  // What it does not show may be refused without closing it.
  await consents(edition, { name: 'no', face: 'no', voice: 'no' });
  expect(await reads(VISITOR, edition)).toBe(1);
});

it.each([
  ['a plain film', null, { face: 0, voice: 0 }],
  ['one with a blurred picture', { blurPicture: true, disguiseVoice: false }, { face: 1, voice: 0 }],
  ['one with another voice', { blurPicture: false, disguiseVoice: true }, { face: 0, voice: 1 }]
])('R4 closes %s to a face and a voice that are no longer to be known', async (_what, made, open) => {
  const edition = await published(database, { passages });
  await filmed(edition, made);
  await consents(edition, { face: 'no' });
  expect(await reads(VISITOR, edition)).toBe(open.face);
  await consents(edition, { voice: 'unsure' });
  expect(await reads(VISITOR, edition)).toBe(open.voice);
});

it('R4 takes nobody’s word but the worker’s for how a film was disguised', async () => {
  const edition = await published(database, { passages });
  const detail = { sha256: MEDIUM.sha256, audioOnly: false, blurPicture: true, disguiseVoice: true };
  await asActor(db, edition, (tx) => recorded(tx, edition.testimonyId, detail));
  await filmed(edition, null);
  await consents(edition, { face: 'no' });
  expect(await reads(VISITOR, edition)).toBe(0);
});

it('R4 holds an edition to the consent that came while its files were copied', async () => {
  const edition = await published(database, { passages, facility: 'invented', answers: { place: 'no' } });
  expect(await reads(VISITOR, edition)).toBe(0);
});

async function approvedByOne(): Promise<{ laid: Laid; first: Account; second: Account }> {
  const [first, second] = [await staff(sql, ['reviewer']), await staff(sql, ['reviewer'])];
  const laid = await testimony(sql, { sealed: true });
  await assessed(sql, laid, first);
  expect(await approve(first, laid)).toBe('done');
  return { laid, first, second };
}
const approve = (who: Account, { id, editListId }: Pick<Laid, 'id' | 'editListId'>) =>
  change(
    who,
    `insert into decision (testimony_id, edit_list_id, verdict, reason) values ($1, $2, 'approve', 'watched all of it, twice over')`,
    [id, editListId]
  );

it('R31 keeps what one approved as it was until the other has decided, and after', async () => {
  const { laid, second } = await approvedByOne();
  const segment = laid.segmentIds[0];
  const changes: [string, unknown[]][] = [
    ['update segment set text = $2 where id = $1', [segment, 'the name of a neighbour']],
    ['delete from segment where id = $1', [segment]],
    ['update translation set text = $2 where segment_id = $1', [segment, 'the name of a neighbour']],
    [`insert into testimony_description (testimony_id, language, title) values ($1, 'en', $2)`, [laid.id, 'Another title']],
    [`insert into content_warning (testimony_id, kind) values ($1, 'death')`, [laid.id]],
    ['update testimony set chosen_name = $2 where id = $1', [laid.id, 'Their own name']],
    ['update testimony set year_from = 1999 where id = $1', [laid.id]]
  ];
  const all = () => Promise.all(changes.map(([text, values]) => change(second, text, values)));
  expect(await all()).toEqual(changes.map(() => 'approved_already'));
  expect(await refusal(asSystem(workerDb, (tx) => tx.deleteFrom('translation').where('testimony_id', '=', laid.id).execute()))).toBe(
    'approved_already'
  );
  expect(await approve(second, laid)).toBe('done');
  expect(await change(second, `update testimony set state = 'approved' where id = $1`, [laid.id])).toBe('done');
  expect((await all()).slice(-2)).toEqual(['approved_already', 'approved_already']);
});

it('R31 lets the next edit list be changed, and counts no approval of an earlier one', async () => {
  const { laid, second } = await approvedByOne();
  const next = crypto.randomUUID();
  expect(await change(second, 'insert into edit_list (id, testimony_id, number) values ($1, $2, 2)', [next, laid.id])).toBe('done');
  expect(await change(second, 'update testimony set edit_list_id = $2 where id = $1', [laid.id, next])).toBe('done');
  expect(await change(second, 'update segment set text = $2 where id = $1', [laid.segmentIds[0], 'other words'])).toBe('done');
  expect(await change(second, 'update testimony set edit_list_id = $2 where id = $1', [laid.id, laid.editListId])).toBe('stale_edit_list');
});

it('R31 counts no approval of what was told before it was handed over anew', async () => {
  const { laid, second } = await approvedByOne();
  const teller = { kind: 'contributor', testimonyId: laid.id } as const;
  expect(await change(second, `update testimony set state = 'changes_requested' where id = $1`, [laid.id])).toBe('done');
  expect(await change(teller, `update testimony set state = 'submitted' where id = $1`, [laid.id])).toBe('done');
  expect(await change(second, `update testimony set state = 'in_review' where id = $1`, [laid.id])).toBe('done');
  expect(await approve(second, laid)).toBe('done');
  expect(await change(second, `update testimony set state = 'approved' where id = $1`, [laid.id])).toBe('two_people_needed');
});

it('R24 leaves a contributor their words while telling and not behind the reviewers’ backs', async () => {
  const laid = await testimony(sql, { state: 'in_review' });
  const teller = { kind: 'contributor', testimonyId: laid.id } as const;
  expect(await change(teller, `update testimony set language = 'fa' where id = $1`, [laid.id])).toBe('wrong_state');
  const telling = await testimony(sql, { state: 'changes_requested' });
  expect(await change({ ...teller, testimonyId: telling.id }, `update testimony set language = 'fa' where id = $1`, [telling.id])).toBe(
    'done'
  );
});

const atDesk = (actor: Account) =>
  asActor(db, actor, async (tx) => (await statement<{ at: boolean }>`select app.at_desk() as at`.execute(tx)).rows[0]!.at);
const closeAll = (actor: Account, { userId }: Account) =>
  asActor(db, actor, (tx) => statement`select app.close_desk_sessions_of(${userId})`.execute(tx));

it('R40 closes the desk to whoever left it, whatever their token still says', async () => {
  const [one, other, admin] = [await staff(sql, ['reviewer']), await staff(sql, ['reviewer']), await staff(sql, ['admin'])];
  await closeAll(one, other);
  await closeAll(one, one);
  expect([await atDesk(one), await atDesk(other)]).toEqual([true, true]);
  await asActor(db, one, (tx) => statement`select app.close_desk_session()`.execute(tx));
  expect([await atDesk(one), await atDesk(other)]).toEqual([false, true]);
  await closeAll(admin, other);
  expect(await atDesk(other)).toBe(false);
});

it('R28 counts the hour of an opened identity from the second custodian’s word', async () => {
  const [one, other] = [await staff(sql, ['custodian']), await staff(sql, ['custodian'])];
  const { id } = await testimony(sql);
  await change(one, 'insert into identity_opening (testimony_id, reason) values ($1, $2)', [id, 'The court asked for a witness.']);
  expect(
    await change(other, `update identity_opening set agreed_by = $1, agreed_at = now() + interval '1 year' where testimony_id = $2`, [
      other.userId,
      id
    ])
  ).toBe('done');
  expect(await sql('select agreed_at <= now() as now from identity_opening where testimony_id = $1', [id])).toEqual([{ now: true }]);
});

it('records who lent whom a right and took it back, and lets nobody rewrite that', async () => {
  const [admin, other] = [await staff(sql, ['admin']), await staff(sql, ['linguist'])];
  for (const text of [
    'insert into account_role (user_id, role) values ($1, $2)',
    'delete from account_role where user_id = $1 and role = $2'
  ])
    expect(await change(admin, text, [other.userId, 'reviewer'])).toBe('done');
  expect(await change(admin, 'update account set suspended_at = now() where user_id = $1', [other.userId])).toBe('done');
  const record = async () => sql('select kind, about, by_id from account_event where user_id = $1 order by id', [other.userId]);
  expect(await record()).toEqual([
    { kind: 'role_given', about: 'linguist', by_id: null },
    { kind: 'role_given', about: 'reviewer', by_id: admin.userId },
    { kind: 'role_taken', about: 'reviewer', by_id: admin.userId },
    { kind: 'suspended', about: null, by_id: admin.userId }
  ]);
  expect(await change(admin, 'delete from account_event')).toBe('not_found');
  await expect(sql('delete from account_event')).rejects.toMatchObject({ code: 'SW010' });
});
