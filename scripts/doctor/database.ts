import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Env } from '#platform/env.ts';
import { attention, good, isHere, wrong, type Finding } from './finding.ts';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../supabase/migrations');
const OLDEST = 150_000;
const CLOCK_MS = 5_000;

/** What each login has to be able to become, and what it must not. */
const MEMBERSHIPS = {
  web: { has: ['anon', 'authenticated', 'contributor', 'enqueuer'], hasNot: ['worker', 'service_role', 'supabase_admin', 'postgres'] },
  worker: { has: ['worker', 'enqueuer'], hasNot: ['service_role', 'supabase_admin', 'postgres'] }
} as const;
type Login = keyof typeof MEMBERSHIPS;

/** Whether both logins reach the database, and whether they may do what they must and nothing more. */
export async function lookAtDatabase(env: Env): Promise<Finding[]> {
  const { DATABASE_URL: web, DATABASE_WORKER_URL: worker, DATABASE_OWNER_URL: owner } = env;
  const same = !worker || worker === web;
  const findings = await lookAs('DATABASE_URL', web, 'web');
  if (same)
    findings.push(
      wrong(
        'database',
        'The web and the worker log in as the same.',
        'Give DATABASE_WORKER_URL the login sawt_worker, DATABASE_URL sawt_web.'
      )
    );
  else findings.push(...(await lookAs('DATABASE_WORKER_URL', worker, 'worker')));
  if (owner) findings.push(...(await lookAtMigrations(owner)));
  return findings;
}

async function lookAs(variable: string, url: string, login: Login): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const { code } = error as { code?: string };
    const why = code === '28P01' ? 'refuses the password' : 'cannot be reached';
    return [
      wrong('database', `The database at ${variable} ${why}.`, `Check address, login and password in ${variable}, and that it is running.`)
    ];
  }
  try {
    return [...(await server(client, variable, url)), ...(await rights(client, variable, login))];
  } finally {
    await client.end();
  }
}

async function server(client: pg.Client, variable: string, url: string): Promise<Finding[]> {
  const { rows } = await client.query<{ version: string; number: number; now: Date; ssl: boolean | null; ready: boolean }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number, clock_timestamp() as now,
       (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl, to_regclass('public.testimony') is not null as ready`
  );
  const { version, number, now, ssl, ready } = rows[0]!;
  const findings = [good('database', `Postgres ${version} at ${variable} answers.`)];
  if (number < OLDEST) findings.push(wrong('database', `Postgres ${version} is too old.`, 'Use Postgres 15 or newer.'));
  if (!ready) findings.push(wrong('database', 'The archive’s tables are not there.', 'Run npm run migrate with DATABASE_OWNER_URL.'));
  if (!ssl && !isHere(new URL(url).hostname || 'localhost'))
    findings.push(
      wrong('database', `The line to the database at ${variable} is not encrypted.`, 'Add ?sslmode=verify-full to the address.')
    );
  if (Math.abs(now.getTime() - Date.now()) > CLOCK_MS)
    findings.push(
      wrong('clock', 'The clocks of this machine and of the database differ.', 'Let both keep time (systemd-timesyncd, chrony).')
    );
  return findings;
}

async function rights(client: pg.Client, variable: string, login: Login): Promise<Finding[]> {
  const { has, hasNot } = MEMBERSHIPS[login];
  const { rows } = await client.query<{ name: string; super: boolean; bypass: boolean; owns: number; missing: string[]; wide: string[] }>(
    `select r.rolname as name, r.rolsuper as super, r.rolbypassrls as bypass,
       (select count(*)::int from pg_class where relowner = r.oid and relnamespace = 'public'::regnamespace) as owns,
       array(select wanted from unnest($1::text[]) wanted
         where not exists (select from pg_roles g where g.rolname = wanted and pg_has_role(r.oid, g.oid, 'member'))) as missing,
       array(select g.rolname::text from pg_roles g
         where g.rolname = any ($2::text[]) and g.oid <> r.oid and pg_has_role(r.oid, g.oid, 'member')) as wide
     from pg_roles r where r.rolname = current_user`,
    [has, hasNot]
  );
  const { name, super: isSuper, bypass, owns, missing, wide } = rows[0]!;
  const other = `Use the login sawt_${login} in ${variable}, which may do neither more nor less than it must (docs/servers.md).`;
  const part = 'database';
  if (isSuper) return [wrong(part, `The ${login} logs in as ${name}, a superuser, whom no policy holds.`, other)];
  const findings: Finding[] = [];
  if (bypass) findings.push(wrong(part, `${name} bypasses row level security.`, other));
  if (owns) findings.push(wrong(part, `${name} owns tables, and so may change them.`, other));
  if (wide.length) findings.push(wrong(part, `${name} may become ${wide.join(', ')}.`, `revoke ${wide.join(', ')} from ${name};`));
  if (missing.length)
    findings.push(wrong(part, `${name} may not become ${missing.join(', ')}.`, `grant ${missing.join(', ')} to ${name};`));
  if (!findings.length) findings.push(good(part, `${name} may do what the ${login} needs, and no more.`));
  return findings;
}

async function lookAtMigrations(ownerUrl: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>('select version from supabase_migrations.schema_migrations');
    const applied = new Set(rows.map(({ version }) => version));
    const waiting = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql') && !applied.has(name.split('_')[0]!));
    if (!waiting.length) return [good('database', 'Every migration is applied.')];
    return [attention('database', `${waiting.length} migrations are not applied.`, 'Run npm run migrate.')];
  } catch {
    return [
      attention('database', 'The owner’s login cannot read which migrations are applied.', 'Check DATABASE_OWNER_URL, or leave it out.')
    ];
  } finally {
    await client.end();
  }
}
