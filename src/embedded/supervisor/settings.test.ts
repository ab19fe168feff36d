import { expect, it } from 'vitest';
import { forAuth, forTranscriber, forWeb, forWorker, named, ordinary } from './settings.ts';

const all = {
  DATABASE_URL: 'postgres://web',
  DATABASE_WORKER_URL: 'postgres://worker',
  DATABASE_OWNER_URL: 'postgres://owner',
  SUPABASE_SECRET_KEY: 'service',
  SUPABASE_JWT_SECRET: 'what it signs with',
  SAWT_SECRET: 'secret',
  SAWT_DATA: '/data',
  ORIGIN: 'http://localhost',
  SMTP_URL: 'smtp://mail'
};

it('hands nobody but scripts the database owner', () => {
  for (const settings of [forWeb(all), forWorker(all), forAuth(all, {}, {}), forTranscriber(all, {})]) {
    expect(Object.values(settings)).not.toContain('postgres://owner');
  }
});

it('gives the worker its own login and no key that changes accounts', () => {
  const worker = forWorker(all);
  expect(worker.DATABASE_URL).toBe('postgres://worker');
  expect(worker).not.toHaveProperty('SUPABASE_SECRET_KEY');
  expect(worker).not.toHaveProperty('SUPABASE_JWT_SECRET');
});

it('gives the web the key that searches, and the worker the one that writes', () => {
  const keys = named({
    MEILI_URL: 'http://meili',
    MEILI_KEY: 'writes',
    MEILI_SEARCH_KEY: 'searches',
    MEILI_VERSION_KEY: 'reads the version'
  });
  expect(Object.values(forWeb(keys))).toEqual(['http://meili', 'searches']);
  expect(Object.values(forWorker(keys))).toContain('writes');
});

it('gives the speech engine no secret at all', () => {
  const settings = { ...ordinary({ ...all, PATH: '/bin' }), ...forTranscriber({ ...all, WHISPER_MODEL: 'small' }, { PORT: '1' }) };
  expect(settings).toEqual({ PATH: '/bin', WHISPER_MODEL: 'small', PORT: '1' });
});

it('passes on what was set for the archive, and nothing else of the environment', () => {
  expect(named({ MEILI_URL: 'http://meili', SAWT_ADMIN: 'a@b.example', AWS_PROFILE: 'mine', SMTP_URL: '' })).toEqual({
    MEILI_URL: 'http://meili',
    SAWT_ADMIN: 'a@b.example'
  });
});

it('tells the web where a proxy says who calls, or all of them would share one budget of tries', () => {
  const proxied = { ADDRESS_HEADER: 'x-real-ip', XFF_DEPTH: '1' };
  expect(forWeb({ ...all, ...named(proxied) })).toMatchObject(proxied);
  expect(forWorker({ ...all, ...named(proxied) })).not.toHaveProperty('ADDRESS_HEADER');
});
