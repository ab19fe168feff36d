import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeConsentTexts } from '#modules/consent/store-consent-texts.server.ts';
import { migrate } from '#platform/migrate.server.ts';
import { asLogin, supabaseDatabase, withClient, type SupabaseDatabase } from '#tests/support/supabase-database.ts';
import { PEOPLE, populate, sessionOf, TESTIMONIES, of, type Person } from './a-populated-archive.ts';
import { refusal, rightsOf, undone } from './rights.ts';

/**
 * The archive on a database of Supabase: brought up to date by `postgres`, who is no superuser there, and with Supabase's own REST
 * API switched on over it. That API logs in as `authenticator`, becomes the role that a token names, and sets what it knows of the
 * request: here as there. What it could reach is written down in `supabase-rest.expected.txt`, read through by a person;
 * `UPDATE_MATRIX=1` writes it anew, to be read again.
 */
const EXPECTED = new URL('supabase-rest.expected.txt', import.meta.url);
const MATRIX = new URL('row-security.expected.txt', import.meta.url);

/** The schemas that the API shows by default. */
const EXPOSED = ['public', 'graphql_public'];

let supabase: SupabaseDatabase;
let firstRun: string[];
let admin: pg.Client;

beforeAll(async () => {
  supabase = await supabaseDatabase();
  firstRun = await migrate(supabase.ownerUrl);
  await storeConsentTexts(supabase.ownerUrl);
  admin = new pg.Client({ connectionString: supabase.adminUrl });
  await admin.connect();
  await populate({ sql: async (text, values) => (await admin.query(text, values)).rows });
  // An edition closes with the transaction that made it: what is tried comes in another one.
  await admin.query('begin');
});
afterAll(async () => {
  await admin?.query('rollback');
  await admin?.end();
  await supabase?.close();
});

const rows = async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => (await admin.query<Row>(text, values)).rows;

describe('brought up to date by a login without a superuser’s rights', () => {
  it('takes every migration, and a second time none', async () => {
    const [who] = await withClient(
      supabase.ownerUrl,
      async (client) => (await client.query('select rolname, rolsuper from pg_roles where rolname = current_user')).rows
    );
    expect(who).toEqual({ rolname: 'postgres', rolsuper: false });
    expect(await migrate(supabase.ownerUrl)).toEqual([]);
    await storeConsentTexts(supabase.ownerUrl);
    const history = await rows<{ version: string }>('select version from supabase_migrations.schema_migrations order by 1');
    expect(history.map(({ version }) => version)).toEqual(expect.arrayContaining(firstRun));
    expect(history.length).toBeGreaterThan(20);
  });

  it('leaves all that it made to that login: none of our functions runs with a superuser’s rights', async () => {
    const strangers = await rows(
      `select oid::regprocedure::text as thing from pg_proc where pronamespace::regnamespace::text in ('public', 'app', 'pgboss') and proowner <> 'postgres'::regrole
       union all select oid::regclass::text from pg_class where relnamespace::regnamespace::text in ('public', 'app', 'pgboss') and relowner <> 'postgres'::regrole`
    );
    expect(strangers).toEqual([]);
  });

  it('lets the logins be nothing but the groups they need, once they have a password', async () => {
    const password = randomBytes(18).toString('hex');
    for (const login of ['sawt_web', 'sawt_worker']) {
      await withClient(supabase.ownerUrl, (client) => client.query(`alter role ${login} login password '${password}'`));
    }
    const roles = (await rows<{ name: string }>(`select rolname as name from pg_roles where rolname !~ '^pg_' order by 1`)).map(
      ({ name }) => name
    );
    const reachable = (login: string) =>
      withClient(asLogin(supabase.ownerUrl, login, password), async (client) => {
        const may: string[] = [];
        for (const role of roles)
          await client.query(`set role ${role}`).then(
            () => may.push(role),
            () => undefined
          );
        return may.filter((role) => role !== login);
      });
    expect(await reachable('sawt_web')).toEqual(['anon', 'authenticated', 'contributor', 'enqueuer']);
    expect(await reachable('sawt_worker')).toEqual(['enqueuer', 'worker']);
  });

  it('calls nothing of the schema auth with the rights of a role that nobody there can let in', async () => {
    const shut = await rows(
      `select p.oid::regprocedure::text as name, r.rolname as role from pg_proc p, pg_roles r
       where p.pronamespace::regnamespace::text in ('public', 'app') and not p.prosecdef and p.prosrc ~ '\\mauth\\.'
         and r.rolname in ('contributor', 'worker', 'enqueuer') and has_function_privilege(r.oid, p.oid, 'execute')`
    );
    expect(shut).toEqual([]);
  });

  it('R27 R29 R31 R36 gives every role exactly what it has on the embedded database', async () => {
    expect(await undone(admin, () => rightsOf(admin))).toBe(await readFile(MATRIX, 'utf8'));
  });
});

type Caller = { role: string; claims: Record<string, unknown> };
const account = (person: Person, more: Record<string, unknown> = {}): Caller => ({
  role: 'authenticated',
  claims: { role: 'authenticated', aud: 'authenticated', sub: PEOPLE[person], session_id: sessionOf(person), aal: 'aal2', ...more }
});
const STAFF = ['linguist', 'reviewer', 'custodian', 'admin'] as const;
const ELSEWHERE = 'cccc0000-0000-4000-8000-000000000001';

/** Whoever a token of the project can make the caller: nobody, a reader, and each of the staff in every state of their sign-in. */
const CALLERS: Record<string, Caller> = {
  anon: { role: 'anon', claims: { role: 'anon' } },
  'account without a role': {
    role: 'authenticated',
    claims: { role: 'authenticated', sub: ELSEWHERE, session_id: ELSEWHERE, aal: 'aal1' }
  },
  'no session in the token': { role: 'authenticated', claims: { role: 'authenticated', sub: PEOPLE.admin, aal: 'aal2' } },
  reader: account('reader'),
  ...Object.fromEntries(
    STAFF.flatMap((person) => [
      [`${person}, password only`, account(person, { aal: 'aal1' })],
      [`${person}, not at the desk`, account(person, { session_id: ELSEWHERE })],
      [`${person}, at the desk`, account(person)]
    ])
  ),
  'reviewer, suspended': account('suspended'),
  'reviewer, locked': account('lockedReviewer'),
  service_role: { role: 'service_role', claims: { role: 'service_role' } }
};

/** As the API begins a request: its login, the token's role, and everything it sets about the request. */
async function asCaller<T>({ role, claims }: Caller, work: () => Promise<T>): Promise<T> {
  return undone(admin, async () => {
    await admin.query('set local session authorization authenticator');
    await admin.query(
      `select set_config('search_path', 'public, extensions', true), set_config('role', $1, true), set_config('request.jwt.claims', $2, true),
         set_config('request.method', 'POST', true), set_config('request.path', '/x', true),
         set_config('request.headers', '{"x-forwarded-for": "::1", "prefer": "tx=commit"}', true), set_config('request.cookies', '{}', true)`,
      [role, JSON.stringify(claims)]
    );
    return work();
  });
}

type Thing = { name: string; kind: string; granted: string };

/** Every relation of the exposed schemas with what `role` was granted of it, by columns where it is not all of them. */
const relationsOf = (role: string) =>
  rows<Thing>(
    `with privilege as (
       select c.oid, p, has_table_privilege($1, c.oid, p) as whole,
         (select string_agg(attname, ' ' order by attname) from pg_attribute a
           where a.attrelid = c.oid and attnum > 0 and not attisdropped
             and p in ('select', 'insert', 'update', 'references') and has_column_privilege($1, c.oid, attnum, p)) as columns
       from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain']) p
       where c.relnamespace::regnamespace::text = any($2) and c.relkind in ('r', 'p', 'v', 'm', 'f')
       union all
       select c.oid, p, has_sequence_privilege($1, c.oid, p), null
       from pg_class c, unnest(array['usage', 'select', 'update']) p
       where c.relnamespace::regnamespace::text = any($2) and c.relkind = 'S'
     )
     select c.oid::regclass::text as name, c.relkind::text as kind,
       coalesce(string_agg(case when whole then p else p || ' (' || columns || ')' end, ', ' order by p) filter (where whole or columns is not null), '') as granted
     from privilege join pg_class c using (oid) group by c.oid, c.relkind order by 1`,
    [role, EXPOSED]
  );

const functionsOf = (role: string) =>
  rows<{ name: string; may: boolean }>(
    `select oid::regprocedure::text as name, has_function_privilege($1, oid, 'execute') as may from pg_proc
     where pronamespace::regnamespace::text = any($2) order by 1`,
    [role, EXPOSED]
  );

describe('with Supabase’s REST API over it', () => {
  it('lets a token make its bearer nobody but a visitor, an account or the service', async () => {
    for (const role of ['contributor', 'worker', 'enqueuer', 'sawt_web', 'sawt_worker', 'postgres', 'supabase_auth_admin']) {
      await expect(
        asCaller({ role, claims: { role } }, () => admin.query('select 1')),
        role
      ).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('R27 R29 R36 shows each caller, of each relation and function, what is written down and nothing else', async () => {
    const lines: string[] = [];
    for (const role of ['anon', 'authenticated', 'service_role']) {
      const relations = (await relationsOf(role)).filter(({ granted }) => granted);
      const functions = (await functionsOf(role)).filter(({ may }) => may);
      lines.push(`granted to ${role}`, ...relations.map(({ name, granted }) => `  ${name}: ${granted}`));
      lines.push(...functions.map(({ name }) => `  execute ${name}`), '');
    }
    const relations = await relationsOf('anon');
    expect(relations.length).toBeGreaterThan(40);
    for (const [name, caller] of Object.entries(CALLERS)) {
      const seen: string[] = [];
      for (const relation of relations) {
        const readable = (await relationsOf(caller.role)).find(({ name }) => name === relation.name)!.granted;
        if (!/select|usage/.test(readable)) continue;
        const columns =
          /select \(([^)]*)\)/
            .exec(readable)?.[1]
            ?.split(' ')
            .map((column) => `"${column}"`)
            .join(', ') ?? '*';
        const found = await asCaller(caller, () => admin.query(`select ${columns} from ${relation.name}`)).then(
          ({ rowCount }) => rowCount || '',
          refusal
        );
        if (found) seen.push(`${relation.name} ${found}`);
      }
      lines.push(`seen by ${name}`, ...(seen.length ? seen.map((line) => `  ${line}`) : ['  nothing']), '');
    }
    const actual = lines.join('\n');
    if (process.env.UPDATE_MATRIX) await writeFile(EXPECTED, actual);
    expect(actual).toBe(await readFile(EXPECTED, 'utf8'));
  }, 240_000);

  it('refuses every call and every read that was not granted, whoever tries', async () => {
    for (const [name, caller] of Object.entries(CALLERS)) {
      for (const { name: relation, kind, granted } of await relationsOf(caller.role)) {
        const tries =
          kind === 'S'
            ? {
                usage: `select nextval('${relation}')`,
                select: `select last_value from ${relation}`,
                update: `select setval('${relation}', 1)`
              }
            : { select: `select * from ${relation}`, delete: `delete from ${relation}`, truncate: `truncate ${relation} cascade` };
        for (const [verb, statement] of Object.entries(tries)) {
          if (granted.includes(verb)) continue;
          await expect(
            asCaller(caller, () => admin.query(statement)),
            `${name}: ${statement}`
          ).rejects.toMatchObject({ code: '42501' });
        }
      }
      for (const { name: called, may } of await functionsOf(caller.role)) {
        if (may) continue;
        const [signature, types] = /^(.+)\((.*)\)$/.exec(called)!.slice(1) as [string, string];
        const args = types
          ? types
              .split(',')
              .map((type) => `null::${type}`)
              .join(', ')
          : '';
        const call = asCaller(caller, () => admin.query(`select ${signature}(${args})`));
        await expect(call, `${name}: ${called}`).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|0A000)$/) });
      }
      await expect(
        asCaller(caller, () => admin.query('select * from pgboss.job')),
        `${name}: jobs`
      ).rejects.toMatchObject({ code: '42501' });
      await expect(
        asCaller(caller, () => admin.query('create table public.mine ()')),
        `${name}: tables`
      ).rejects.toMatchObject({ code: '42501' });
    }
  }, 240_000);

  it('R27 R29 R31 R36 binds staff who go past the application by the same rules', async () => {
    const inReview = TESTIMONIES.inReview;
    const reviewer = account('reviewer');
    const refused: [string, Caller, string][] = [
      ['one reviewer approves alone', reviewer, `update testimony set state = 'approved' where id = '${inReview}'`],
      ['publishes what was not approved', reviewer, `update testimony set state = 'published' where id = '${inReview}'`],
      [
        'decides in another’s name',
        reviewer,
        `insert into decision (testimony_id, edit_list_id, reviewer_id, verdict, reason)
         values ('${inReview}', '${of('inReview', 'edit list')}', '${PEOPLE.secondReviewer}', 'approve', 'twenty letters, at the least')`
      ],
      ['writes an edition', reviewer, `update publication set descriptions = '{}'`],
      [
        'writes custody',
        reviewer,
        `insert into custody_event (testimony_id, position, kind, actor_kind, previous, hash) values ('${inReview}', 9, 'begun', 'visitor', '', '')`
      ],
      ['rewrites custody', account('admin'), `update custody_event set kind = kind`],
      ['answers for the person', reviewer, `update consent set public = 'yes'`],
      ['makes themselves admin', reviewer, `insert into account_role (user_id, role) values ('${PEOPLE.reviewer}', 'admin')`],
      [
        'an admin makes themselves a custodian',
        account('admin'),
        `insert into account_role (user_id, role) values ('${PEOPLE.admin}', 'custodian')`
      ],
      [
        'opens an identity alone',
        account('custodian'),
        `insert into identity_opening (testimony_id, reason) values ('${inReview}', 'twenty letters, at the least');
         update identity_opening set agreed_by = '${PEOPLE.custodian}', agreed_at = now() where requested_by = '${PEOPLE.custodian}'`
      ],
      [
        'agrees to an opening in another’s name',
        account('custodian'),
        `update identity_opening set agreed_by = '${PEOPLE.secondReviewer}', agreed_at = now()`
      ],
      [
        'confirms a passage in another’s name',
        account('linguist'),
        `update segment set provenance = 'human', confirmed_by = '${PEOPLE.reviewer}' where testimony_id = '${inReview}'`
      ],
      [
        'confirms a translation in another’s name',
        account('linguist'),
        `update translation set provenance = 'human', confirmed_by = '${PEOPLE.reviewer}' where testimony_id = '${inReview}'`
      ],
      [
        'seats themselves at the desk',
        account('reviewer', { aal: 'aal1' }),
        `insert into desk_session (session_id, user_id) values (gen_random_uuid(), '${PEOPLE.reviewer}')`
      ],
      ['unlocks the desk', account('lockedReviewer'), `update desk_session set seen_at = now()`]
    ];
    for (const [what, caller, statement] of refused) {
      const outcome = await asCaller(caller, () => admin.query(statement)).then(
        (done) => `${[done].flat().at(-1)!.rowCount} rows`,
        refusal
      );
      expect(outcome, what).toMatch(/^(-|policy|SW\d{3}|0 rows)$/);
    }
  });

  it('tells no listener of changes', async () => {
    expect(await rows(`select pubname, schemaname, tablename from pg_publication_tables`)).toEqual([]);
  });

  it('opens nothing by itself that is made later', async () => {
    const open = await rows(
      `select defaclnamespace::regnamespace::text as schema, defaclobjtype as kind, acl.grantee::regrole::text as opened_to
       from pg_default_acl, aclexplode(defaclacl) acl
       where defaclrole = 'postgres'::regrole and acl.grantee <> 'postgres'::regrole
         and (defaclnamespace = 0 or defaclnamespace::regnamespace::text in ('public', 'app', 'pgboss'))`
    );
    expect(open).toEqual([]);
    const [functions] = await rows(
      `select defaclacl::text as rights from pg_default_acl where defaclrole = 'postgres'::regrole and defaclnamespace = 0 and defaclobjtype = 'f'`
    );
    expect(functions, 'functions are not everyone’s, as Postgres would have it').toEqual({ rights: '{postgres=X/postgres}' });
    const elsewhere = await rows(
      `select nspname from pg_namespace where nspname = any($1) and nspname <> 'public' and has_schema_privilege('postgres', oid, 'create')`,
      [EXPOSED]
    );
    expect(elsewhere, 'nothing of ours can come to lie in the other exposed schemas').toEqual([]);
  });
});
