import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { identityServer, type IdentityServer } from '#tests/identity-server.ts';
import { certificateFor, mailServer } from '#tests/support/smtp-server.ts';
import { testEnv } from '#tests/support/telling.ts';
import type { Env } from '#platform/env.ts';
import { lookAtDatabase } from './database.ts';
import type { Finding } from './finding.ts';
import { lookAtMachine } from './machine.ts';
import { lookAtEngines, lookAtIdentity, lookAtMail, lookAtMedia, lookAtSearch } from './servers.ts';

const database = await testDatabase();
const { sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-doctor-'));
const env: Env = testEnv({ ...database, dataDir: folder });
const servers: Server[] = [];
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await database.close();
  await rm(folder, { recursive: true });
});

/** A server that answers as told: what others got wrong is not ours to get wrong in a real one. */
async function serving(answer: (request: IncomingMessage) => [status: number, body?: object]): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body = {}] = answer(request);
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const NOWHERE = 'http://127.0.0.1:9';

/** What has to be mended or looked at. */
const trouble = (findings: Finding[]) => findings.filter(({ level }) => level !== 'good').map(({ level, says }) => `${level}: ${says}`);
const goods = (findings: Finding[]) => findings.filter(({ level }) => level === 'good').map(({ says }) => says);

describe('the database', () => {
  it('is as it should be', async () => {
    const findings = await lookAtDatabase({ ...env, DATABASE_OWNER_URL: database.ownerUrl });
    expect(trouble(findings)).toEqual([]);
    expect(goods(findings)).toEqual([
      expect.stringMatching(/^Postgres 17\.\d+ at DATABASE_URL answers/),
      'sawt_web may do what the web needs, and no more.',
      expect.stringMatching(/DATABASE_WORKER_URL/),
      'sawt_worker may do what the worker needs, and no more.',
      'Every migration is applied.'
    ]);
  });

  it('is away, or refuses the password; the address is not told', async () => {
    const away = await lookAtDatabase({ ...env, DATABASE_URL: 'postgres://sawt_web:secret@127.0.0.1:9/postgres' });
    expect(trouble(away)).toEqual(['wrong: The database at DATABASE_URL cannot be reached.']);
    const refused = await lookAtDatabase({ ...env, DATABASE_URL: database.webUrl.replace(':web@', ':other@') });
    expect(trouble(refused)).toEqual(['wrong: The database at DATABASE_URL refuses the password.']);
    expect(JSON.stringify([away, refused])).not.toMatch(/secret|other@/);
  });

  it('lets the web in as a superuser, or the web and the worker as the same', async () => {
    expect(trouble(await lookAtDatabase({ ...env, DATABASE_URL: database.ownerUrl }))).toEqual([
      'wrong: The web logs in as postgres, a superuser, whom no policy holds.'
    ]);
    expect(trouble(await lookAtDatabase({ ...env, DATABASE_WORKER_URL: undefined }))).toEqual([
      'wrong: The web and the worker log in as the same.'
    ]);
  });

  it('gives a login too much or too little', async () => {
    await sql(`create role too_wide noinherit login bypassrls password 'web'`);
    await sql('grant anon, authenticated, contributor, worker, service_role to too_wide');
    await sql('grant create on schema public to too_wide');
    await sql('create table theirs (id int)');
    await sql('alter table theirs owner to too_wide');
    try {
      const url = new URL(database.webUrl);
      url.username = 'too_wide';
      expect(trouble(await lookAtDatabase({ ...env, DATABASE_URL: url.href }))).toEqual([
        'wrong: too_wide bypasses row level security.',
        'wrong: too_wide owns tables, and so may change them.',
        expect.stringMatching(/^wrong: too_wide may become (worker, service_role|service_role, worker)\.$/),
        'wrong: too_wide may not become enqueuer.'
      ]);
    } finally {
      await sql('drop table theirs');
      await sql('drop owned by too_wide');
      await sql('drop role too_wide');
    }
  });

  it('waits for a migration', async () => {
    const [kept] = await sql<{ version: string }>(
      'delete from supabase_migrations.schema_migrations where version = (select max(version) from supabase_migrations.schema_migrations) returning version'
    );
    expect(trouble(await lookAtDatabase({ ...env, DATABASE_OWNER_URL: database.ownerUrl }))).toEqual([
      'attention: 1 migrations are not applied.'
    ]);
    await sql(`insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, '{}', '')`, [kept!.version]);
  });
});

describe('sign-in', () => {
  let server: IdentityServer;
  beforeAll(async () => {
    server = await identityServer(database);
  });
  afterAll(() => server.close());
  const local = (): Env => ({
    ...env,
    SUPABASE_URL: server.url,
    SUPABASE_PUBLISHABLE_KEY: server.publishableKey,
    SUPABASE_SECRET_KEY: server.secretKey
  });

  it('is as it should be with the local server', async () => {
    expect(trouble(await lookAtIdentity(local()))).toEqual([]);
  });

  it('has its keys mixed up', async () => {
    const mixed = { ...local(), SUPABASE_PUBLISHABLE_KEY: server.secretKey, SUPABASE_SECRET_KEY: server.publishableKey };
    expect(trouble(await lookAtIdentity(mixed)).slice(0, 2)).toEqual([
      'wrong: SUPABASE_PUBLISHABLE_KEY is a secret key.',
      'wrong: SUPABASE_SECRET_KEY is a publishable key: nobody can be invited.'
    ]);
    const newer = { ...local(), SUPABASE_PUBLISHABLE_KEY: 'sb_secret_0123456789abcdef', SUPABASE_SECRET_KEY: undefined };
    expect(trouble(await lookAtIdentity(newer)).slice(0, 2)).toEqual([
      'wrong: SUPABASE_PUBLISHABLE_KEY is a secret key.',
      'wrong: SUPABASE_SECRET_KEY is missing: nobody can be invited.'
    ]);
  });

  it('is away, lets everyone in, or is spoken to in the clear', async () => {
    expect(trouble(await lookAtIdentity({ ...local(), SUPABASE_URL: NOWHERE }))).toEqual([
      'wrong: The server at SUPABASE_URL cannot be reached.'
    ]);
    const open = await serving(({ url }) => [
      200,
      url?.endsWith('/settings') ? { disable_signup: false } : { name: 'GoTrue', version: 'v2' }
    ]);
    const findings = await lookAtIdentity({ ...local(), SUPABASE_URL: open });
    expect(trouble(findings)).toEqual(['attention: Everyone may make an account there.']);
    expect(goods(findings)).toEqual(['GoTrue v2 answers.']);
    const far = await lookAtIdentity({ ...local(), SUPABASE_URL: 'http://supabase.invalid' });
    expect(trouble(far)[0]).toBe('attention: SUPABASE_URL is not encrypted on its way.');
  });
});

describe('media', () => {
  const bucket = (url: string): Env => ({
    ...env,
    S3_ENDPOINT: url,
    S3_REGION: 'eu',
    S3_BUCKET: 'media',
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'a very secret key'
  });

  it('lie on disk, or in a bucket that is away', async () => {
    expect(trouble(await lookAtMedia(env))).toEqual([]);
    const findings = await lookAtMedia(bucket(NOWHERE));
    expect(trouble(findings)).toEqual(['wrong: The bucket at S3_ENDPOINT cannot be reached.']);
    expect(JSON.stringify(findings)).not.toContain('very secret');
  });

  it('lie in a bucket that is private, or open to all', async () => {
    const isPrivate = await serving(({ headers }) => [headers.authorization ? 200 : 403]);
    expect(trouble(await lookAtMedia(bucket(isPrivate)))).toEqual([]);
    expect(trouble(await lookAtMedia(bucket(await serving(() => [200]))))).toEqual([
      'wrong: Anyone may list the bucket.',
      'wrong: Anyone may fetch what lies in the bucket.'
    ]);
    expect(trouble(await lookAtMedia(bucket(await serving(() => [403]))))).toEqual(['wrong: The bucket at S3_ENDPOINT answers 403.']);
  });

  it('lie in a bucket that keeps what was destroyed', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        if (!request.headers.authorization) return response.writeHead(403).end();
        const asked = request.url?.includes('versioning')
          ? '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
          : '';
        return response.writeHead(200, { 'content-type': 'application/xml' }).end(asked);
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(trouble(await lookAtMedia(bucket(`http://127.0.0.1:${port}`)))).toEqual([
      'wrong: The bucket keeps old versions: what is destroyed stays there.'
    ]);
  });
});

describe('search', () => {
  /** Which keys reach which addresses, as Meilisearch tells them apart. */
  const meili = (may: Record<string, string[]>) =>
    serving(({ url = '', headers }) => {
      if (url === '/health') return [200];
      const key = (headers.authorization ?? '').replace('Bearer ', '');
      return may[key]?.some((address) => url.startsWith(address)) ? [200, { pkgVersion: '1.50.0' }] : [key ? 403 : 401];
    });
  const named = (MEILI_URL: string): Env => ({ ...env, MEILI_URL, MEILI_KEY: 'writer', MEILI_SEARCH_KEY: 'searcher' });

  it('is Postgres’, or a Meilisearch with fitting keys', async () => {
    expect(trouble(await lookAtSearch(env))).toEqual([]);
    const findings = await lookAtSearch(named(await meili({ writer: ['/tasks', '/version', '/indexes'], searcher: [] })));
    expect(trouble(findings)).toEqual([]);
    expect(goods(findings)).toEqual(['Meilisearch 1.50.0 answers.']);
  });

  it('is away, or has keys that may too much or too little', async () => {
    expect(trouble(await lookAtSearch(named(NOWHERE)))).toEqual(['wrong: Meilisearch cannot be reached. Postgres searches meanwhile.']);
    expect(trouble(await lookAtSearch(named(await meili({ '': ['/indexes'] }))))).toEqual(['wrong: Meilisearch asks for no key.']);
    expect(trouble(await lookAtSearch(named(await meili({ writer: ['/tasks', '/keys'], searcher: ['/tasks'] }))))).toEqual([
      'wrong: MEILI_KEY may read every key: it is the master’s or an administrator’s.',
      'wrong: MEILI_SEARCH_KEY may do more than search.'
    ]);
    expect(trouble(await lookAtSearch({ ...named(await meili({})), MEILI_SEARCH_KEY: undefined }))).toEqual([
      'wrong: MEILI_KEY may not see its tasks, so nothing can be written.',
      'attention: MEILI_SEARCH_KEY is missing: the web cannot ask Meilisearch.'
    ]);
  });
});

describe('engines', () => {
  it('may be none, which is a normal state', async () => {
    expect(trouble(await lookAtEngines(env))).toEqual([
      'attention: None is named: people write down what is said.',
      'attention: None is named: people translate.'
    ]);
  });

  it('answer, or do not', async () => {
    const transcriber = await serving(() => [200, { model: 'large-v3' }]);
    const translator = await serving(() => [404]);
    const up = await lookAtEngines({ ...env, TRANSCRIBER_URL: transcriber, TRANSLATOR_URL: translator });
    expect(goods(up)).toEqual(['large-v3 is ready, for 99 languages.']);
    expect(trouble(up)).toEqual(['wrong: It does not say which languages it has.']);
    const directions = [{ source: 'ar', target: 'en' }];
    expect(
      trouble(await lookAtEngines({ ...env, TRANSCRIBER_URL: transcriber, TRANSLATOR_URL: translator, TRANSLATOR_LANGUAGES: directions }))
    ).toEqual([]);
    expect(trouble(await lookAtEngines({ ...env, TRANSCRIBER_URL: NOWHERE, TRANSLATOR_URL: NOWHERE }))).toEqual([
      'wrong: It does not answer, still loads its model, or refuses the key.',
      'wrong: It does not answer, or refuses.'
    ]);
  });
});

describe('mail', () => {
  it('is kept in a folder, or taken by a server', async () => {
    expect(trouble(await lookAtMail(env))).toEqual(['attention: No server is named: letters are kept in the folder outbox.']);
    const server = await mailServer();
    const smtp = { ...env, SMTP_URL: `smtp://127.0.0.1:${server.port}` };
    expect(trouble(await lookAtMail({ ...smtp, MAIL_FROM: 'accounts@example.org' }))).toEqual([]);
    expect(trouble(await lookAtMail(smtp))).toEqual(['attention: MAIL_FROM is missing.']);
    expect(server.mails).toEqual([]);
    await server.close();
    expect(trouble(await lookAtMail({ ...smtp, MAIL_FROM: 'a@b.c' }))).toEqual(['wrong: The server at SMTP_URL does not answer.']);
  });

  it('goes to a server whose certificate nobody knows', async () => {
    const server = await mailServer({ secure: true, ...(await certificateFor('127.0.0.1')) });
    const findings = await lookAtMail({ ...env, MAIL_FROM: 'a@b.c', SMTP_URL: `smtps://127.0.0.1:${server.port}` });
    expect(trouble(findings)).toEqual(['wrong: The server at SMTP_URL has a certificate that is not valid.']);
    await server.close();
  });
});

describe('this machine', () => {
  it('has its programs, or lacks them', async () => {
    const here = await lookAtMachine(env);
    expect(here.filter(({ part }) => part.startsWith('ff')).map(({ level }) => level)).toEqual(['good', 'good']);
    const bare = await lookAtMachine(env, folder);
    expect(trouble(bare).filter((says) => says.includes('not here'))).toEqual([
      expect.stringMatching(/^wrong: ffmpeg/),
      expect.stringMatching(/^wrong: ffprobe/),
      expect.stringMatching(/^attention: apertium/),
      expect.stringMatching(/^attention: python3/)
    ]);
  });

  it('lets others read what is private', async () => {
    await mkdir(path.join(folder, 'media'), { mode: 0o700 });
    await writeFile(path.join(folder, 'secrets.json'), '{}', { mode: 0o600 });
    const says = async () => trouble(await lookAtMachine(env)).filter((line) => line.includes('Others'));
    expect(await says()).toEqual([]);
    await chmod(path.join(folder, 'media'), 0o755);
    await chmod(path.join(folder, 'secrets.json'), 0o640);
    expect(await says()).toEqual(['wrong: Others on this machine may read secrets.json, media.']);
  });

  it('is reached without TLS, or by anyone', async () => {
    const of = async (more: Partial<Env>) => (await lookAtMachine({ ...env, ...more })).filter(({ part }) => part === 'address');
    expect(trouble(await of({}))).toEqual([]);
    expect(trouble(await of({ ORIGIN: 'https://archive.example' }))).toEqual([]);
    expect(trouble(await of({ ORIGIN: 'http://archive.example', HOST: '0.0.0.0' }))).toEqual([
      'wrong: ORIGIN begins with http: everyone on the way can listen.',
      'attention: The web listens to other machines (HOST).'
    ]);
  });
});
