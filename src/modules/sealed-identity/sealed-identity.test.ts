import { afterAll, beforeAll, expect, it } from 'vitest';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import type { Account } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import type { IdentityOpeningId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { someoneTelling } from '#tests/support/telling.ts';
import { custodyOf, staff } from '#tests/support/testimony-fixtures.ts';
import { addKey, confirmKey, listKeys, retireKey } from './custodian-keys.server.ts';
import { waysToReach, type Identity } from './identity.ts';
import { agreeToOpen, askToOpen, openIdentity, readIdentities } from './open-identity.server.ts';
import * as seal from './seal.ts';
import { SealedIdentity } from './schema.ts';
import { custodianRecipients, sealedSince, sealIdentity, takeBackIdentity } from './seal-identity.server.ts';
import * as v from 'valibot';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
const REASON = 'The court named the testimony and asks for its witness.';
/** Words that may stand nowhere but under the seal. */
const CANARY = 'Zanzibarqa-7731';
const WHO: Identity = {
  name: CANARY,
  channels: [
    { kind: 'phone', value: `${CANARY}+49`, safe: true },
    { kind: 'email', value: `${CANARY}@example.org`, safe: false }
  ],
  when: `${CANARY} evenings`,
  protect: `${CANARY}'s sister`,
  note: CANARY
};

let one: Account;
let other: Account;
let admin: Account;
let keyOfOne: Awaited<ReturnType<typeof seal.makeKey>>;
let keyOfOther: Awaited<ReturnType<typeof seal.makeKey>>;

const keyIdOf = async (fingerprint: string) => (await listKeys(deps, admin)).find((key) => key.fingerprint === fingerprint)!.id;
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => error.code as string
  );

beforeAll(async () => {
  await openQueue(db);
  [one, other, admin] = [
    await staff(sql, ['custodian'], 'One'),
    await staff(sql, ['custodian'], 'Other'),
    await staff(sql, ['admin'], 'Admin')
  ];
  [keyOfOne, keyOfOther] = [await seal.makeKey(), await seal.makeKey()];
  await addKey(deps, one, keyOfOne);
  await addKey(deps, other, keyOfOther);
  for (const { fingerprint } of [keyOfOne, keyOfOther]) await confirmKey(deps, admin, { keyId: await keyIdOf(fingerprint) });
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

/** As the browser does it, and as the form carries it. */
async function sealedBy(contributor: Awaited<ReturnType<typeof someoneTelling>>['contributor'], who = WHO) {
  const recipients = await custodianRecipients(deps, contributor);
  const bytes = await seal.sealIdentity(who, recipients);
  const form = {
    ciphertext: Buffer.from(bytes).toString('base64'),
    sealedTo: recipients.map(({ fingerprint }) => fingerprint).join(',')
  };
  await sealIdentity(deps, contributor, v.parse(SealedIdentity, form));
}
const numberOf = async ({ testimonyId }: { testimonyId: string }) =>
  Number((await sql<{ number: number }>('select number from testimony where id = $1', [testimonyId]))[0]!.number);
async function asked(by: Account, number: number): Promise<IdentityOpeningId> {
  await askToOpen(deps, by, { number, reason: REASON });
  return (await readIdentities(deps, by)).openings.find((opening) => opening.isMine && opening.number === number)!.id;
}
const unsealed = async (base64: string, keyFile: string) => seal.unsealIdentity(Buffer.from(base64, 'base64'), keyFile);

/** Every table in which a word stands, as text or as bytes. */
async function tablesHolding(word: string): Promise<string[]> {
  const tables = await sql<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'auth', 'pgboss', 'app') order by 1`
  );
  const holding = [];
  for (const { name } of tables) {
    const found = `select 1 from ${name} t where t::text ilike '%' || $1 || '%' or t::text like '%' || encode($1::bytea, 'hex') || '%' limit 1`;
    if ((await sql(found, [word])).length) holding.push(name);
  }
  return holding;
}

it('R27 keeps nothing of an identity but ciphertext, in no table, whoever looks', async () => {
  const { contributor } = await someoneTelling(db);
  await sealedBy(contributor);
  expect(await sealedSince(deps, contributor)).toBeInstanceOf(Date);
  expect(await tablesHolding(CANARY)).toEqual([]);
  // The same search finds what is there.
  expect(await tablesHolding(keyOfOne.fingerprint)).toEqual(['public.custodian_key', 'public.custody_event', 'public.sealed_identity']);
  // In the clear the table itself refuses it.
  await expect(
    asActor(db, contributor, (tx) =>
      tx
        .updateTable('sealed_identity')
        .set({ ciphertext: Buffer.from(JSON.stringify(WHO)) })
        .where('testimony_id', '=', contributor.testimonyId)
        .execute()
    )
  ).rejects.toMatchObject({ code: '23514' });
});

it('R28 opens an identity to the custodian who asked, after another one agreed, and records each step', async () => {
  const { contributor } = await someoneTelling(db);
  await sealedBy(contributor);
  const openingId = await asked(one, await numberOf(contributor));
  expect(await code(openIdentity(deps, one, { openingId })), 'before anyone agreed').toBe('not_found');
  expect(await code(agreeToOpen(deps, one, { openingId })), 'one’s own').toBe('not_found');
  expect(await code(agreeToOpen(deps, admin, { openingId })), 'no custodian').toBe('not_found');
  await agreeToOpen(deps, other, { openingId });
  expect(await code(agreeToOpen(deps, other, { openingId })), 'twice').toBe('not_found');
  expect(await code(openIdentity(deps, other, { openingId })), 'not the one who asked').toBe('not_found');

  const sealedText = await openIdentity(deps, one, { openingId });
  expect(await unsealed(sealedText, keyOfOne.keyFile)).toEqual(WHO);
  expect(await unsealed(sealedText, keyOfOther.keyFile), 'any custodian’s key opens it').toEqual(WHO);
  expect(await unsealed(sealedText, (await seal.makeKey()).keyFile)).toBeNull();
  expect(await unsealed(sealedText, 'no key at all')).toBeNull();
  const changed = Buffer.from(sealedText, 'base64');
  changed[changed.length - 1]! ^= 1;
  expect(await seal.unsealIdentity(changed, keyOfOne.keyFile)).toBeNull();

  const events = await sql<{ kind: string; actor_id: string; detail: unknown }>(
    `select kind, actor_id, detail from custody_event where testimony_id = $1 and kind like 'identity%' order by position`,
    [contributor.testimonyId]
  );
  expect(events.map(({ kind, actor_id }) => [kind, actor_id])).toEqual([
    ['identity_sealed', null],
    ['identity_opening_asked', one.userId],
    ['identity_opening_agreed', other.userId],
    ['identity_opened', one.userId]
  ]);
  expect(JSON.stringify(events)).not.toContain(REASON);
  expect((await readIdentities(deps, other)).openings.find(({ id }) => id === openingId)).toMatchObject({
    requestedBy: 'One',
    agreedBy: 'Other',
    timesOpened: 1,
    state: 'open'
  });
  await sql(`begin; set local session_replication_role = replica;
    update identity_opening set agreed_at = now() - interval '61 minutes' where id = '${openingId}'; commit`);
  expect(await code(openIdentity(deps, one, { openingId })), 'an hour later').toBe('not_found');
});

it('R28 needs a reason, a custodian, and a testimony that has an identity', async () => {
  const { contributor } = await someoneTelling(db);
  const number = await numberOf(contributor);
  expect(await code(askToOpen(deps, one, { number, reason: REASON }))).toBe('not_found');
  await sealedBy(contributor);
  for (const nobody of [admin, await staff(sql, ['reviewer'])]) {
    expect(await code(askToOpen(deps, nobody, { number, reason: REASON }))).toBe('not_found');
    expect(() => readIdentities(deps, nobody)).toThrow('not_found');
  }
  await expect(askToOpen(deps, one, { number, reason: 'too short' })).rejects.toMatchObject({ code: '23514' });
});

it('R27 gives a reviewer, an admin and the person’s own browser nothing of what is sealed', async () => {
  const { contributor } = await someoneTelling(db);
  await sealedBy(contributor);
  for (const actor of [await staff(sql, ['reviewer']), admin, one, contributor])
    expect(await code(asActor(db, actor, (tx) => tx.selectFrom('sealed_identity').select('ciphertext').execute()))).toBe('not_found');
  const seen = (actor: Account) =>
    asActor(db, actor, (tx) =>
      tx.selectFrom('sealed_identity').select('sealed_at').where('testimony_id', '=', contributor.testimonyId).execute()
    );
  expect([await seen(await staff(sql, ['reviewer'])), await seen(admin)]).toEqual([[], []]);
  expect(await seen(one)).toHaveLength(1);
});

it('R27 counts a key once somebody else compared it, and only while its owner is a custodian', async () => {
  const { contributor } = await someoneTelling(db);
  const inForce = async () => (await custodianRecipients(deps, contributor)).map(({ fingerprint }) => fingerprint);
  const third = await staff(sql, ['custodian']);
  const key = await seal.makeKey();
  expect(await code(addKey(deps, admin, key)), 'an admin is no custodian').toBe('not_found');
  await addKey(deps, third, key);
  expect(await code(addKey(deps, one, key)), 'known already').toBe('invalid_input');
  const keyId = await keyIdOf(key.fingerprint);
  expect(await inForce()).not.toContain(key.fingerprint);
  expect(await code(confirmKey(deps, third, { keyId })), 'one’s own').toBe('not_found');
  expect(await code(confirmKey(deps, await staff(sql, ['reviewer']), { keyId }))).toBe('not_found');
  // Not by naming somebody else either.
  expect(
    await code(
      asActor(db, third, (tx) => tx.updateTable('custodian_key').set({ confirmed_by: one.userId }).where('id', '=', keyId).execute())
    )
  ).toBe('23514');
  await confirmKey(deps, one, { keyId });
  expect(await inForce()).toContain(key.fingerprint);
  await sql('update account set suspended_at = now() where user_id = $1', [third.userId]);
  expect(await inForce()).not.toContain(key.fingerprint);
  await sql('update account set suspended_at = null where user_id = $1', [third.userId]);

  const recipients = await custodianRecipients(deps, contributor);
  const ciphertext = Buffer.from(await seal.sealIdentity(WHO, recipients));
  await retireKey(deps, third, { keyId });
  expect(await inForce()).not.toContain(key.fingerprint);
  expect(await code(retireKey(deps, admin, { keyId })), 'stays retired').toBe('wrong_state');
  const sealedTo = recipients.map(({ fingerprint }) => fingerprint);
  expect(await code(sealIdentity(deps, contributor, { ciphertext, sealedTo })), 'sealed to a key that was retired meanwhile').toBe(
    'custodians_changed'
  );
});

it('refuses to seal to a key whose fingerprint is another’s', async () => {
  await expect(seal.sealIdentity(WHO, [{ recipient: keyOfOne.recipient, fingerprint: keyOfOther.fingerprint }])).rejects.toThrow(
    'fingerprint'
  );
});

it('R13 names as ways to reach somebody only those they marked as safe', () => {
  expect(waysToReach(WHO)).toEqual({ safe: [WHO.channels[0]], unsafe: [WHO.channels[1]] });
  expect(waysToReach({ ...WHO, channels: [{ kind: 'phone', value: '', safe: true }] }).safe).toEqual([]);
});

it('R30 tells by its length neither a name nor how much was written', async () => {
  const { contributor } = await someoneTelling(db);
  const recipients = await custodianRecipients(deps, contributor);
  const short = await seal.sealIdentity({ ...WHO, note: '' }, recipients);
  const long = await seal.sealIdentity({ ...WHO, note: 'x'.repeat(1_000) }, recipients);
  expect(short.length).toBe(long.length);
});

it('R9 R10 is taken back at once, and destroyed in the moment of a withdrawal', async () => {
  const { contributor } = await someoneTelling(db);
  await sealedBy(contributor);
  await sealedBy(contributor, { ...WHO, name: 'another' });
  await takeBackIdentity(deps, contributor);
  expect(await sealedSince(deps, contributor)).toBeNull();
  await sealedBy(contributor);
  const openingId = await asked(one, await numberOf(contributor));
  await agreeToOpen(deps, other, { openingId });
  await withdrawTestimony(deps, contributor, { destroyRecordings: false });
  expect(await sql('select 1 from sealed_identity where testimony_id = $1', [contributor.testimonyId])).toEqual([]);
  expect(await code(openIdentity(deps, one, { openingId }))).toBe('not_found');
  expect((await readIdentities(deps, one)).openings.find(({ id }) => id === openingId)!.state).toBe('gone');
  await expect(sealedBy(contributor)).rejects.toMatchObject({ code: 'not_found' });
  expect((await custodyOf(sql, { id: contributor.testimonyId })).filter((kind) => kind === 'identity_taken_back')).toHaveLength(1);
});
