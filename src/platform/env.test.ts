import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';

const NEEDED = {
  DATABASE_URL: 'postgres://web@127.0.0.1/sawt',
  SUPABASE_URL: 'http://127.0.0.1:9999',
  SUPABASE_PUBLISHABLE_KEY: 'a-publishable-key-of-the-archive',
  ORIGIN: 'http://localhost:8700',
  SAWT_DATA: '/var/lib/sawt',
  SAWT_SECRET: 'ab'.repeat(32)
};
const S3 = {
  S3_ENDPOINT: 'http://127.0.0.1:9000',
  S3_REGION: 'local',
  S3_BUCKET: 'sawt',
  S3_ACCESS_KEY_ID: 'the-id',
  S3_SECRET_ACCESS_KEY: 'the-secret'
};

describe('settings for media in S3', () => {
  it('are none, or all five', () => {
    expect(readEnv(NEEDED).S3_ENDPOINT).toBeUndefined();
    expect(readEnv({ ...NEEDED, ...S3 })).toMatchObject(S3);
  });

  it.each(Object.keys(S3))('name %s when it alone is missing, and tell no value', (name) => {
    const told = messageOf(() => readEnv({ ...NEEDED, ...S3, [name]: '' }));
    expect(told).toContain(`${name} is missing: media in S3 takes all of S3_ENDPOINT`);
    expect(told).not.toContain('the-secret');
  });

  it('are named beside what else is wrong', () => {
    const told = messageOf(() => readEnv({ ...NEEDED, S3_ENDPOINT: 'no address', ORIGIN: undefined }));
    expect(told).toContain('ORIGIN is missing');
    expect(told).toContain('S3_ENDPOINT must be an address');
    expect(told).toContain('S3_BUCKET is missing');
  });
});

describe('the secret of an older Supabase project', () => {
  it('is needed by nobody, and refused when it is cut short, without being told', () => {
    expect(readEnv(NEEDED).SUPABASE_JWT_SECRET).toBeUndefined();
    expect(readEnv({ ...NEEDED, SUPABASE_JWT_SECRET: 's'.repeat(32) }).SUPABASE_JWT_SECRET).toBe('s'.repeat(32));
    const told = messageOf(() => readEnv({ ...NEEDED, SUPABASE_JWT_SECRET: 'half-of-it' }));
    expect(told).toContain('SUPABASE_JWT_SECRET must be');
    expect(told).not.toContain('half-of-it');
  });
});

function messageOf(reading: () => unknown): string {
  try {
    reading();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}
