import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';

/** What lies in `keys.json` (mode 0600). Whoever has it can sign in as anyone. */
type KeyFile = {
  /** P-256, private. */
  signing: JWK;
  /** Hex; from it come the refresh tokens and the seal of authenticator secrets. */
  root: string;
};

export type Keys = {
  algorithm: 'ES256' | 'HS256';
  kid: string | undefined;
  signing: CryptoKey | Uint8Array;
  verifying: CryptoKey | Uint8Array;
  /** What /.well-known/jwks.json answers. */
  jwks: { keys: JWK[] };
  /** 32 bytes for one purpose, the same at every start. */
  derive: (purpose: string) => Buffer;
};

/**
 * The keys of the local auth server, made on the first call.
 * @param dataDir folder of the auth server (`SAWT_DATA/auth`)
 * @param hs256Secret signs with this shared secret instead (as older Supabase projects do)
 */
export async function loadKeys(dataDir: string, hs256Secret?: string): Promise<Keys> {
  const { signing, root } = await readOrMake(path.join(dataDir, 'keys.json'));
  const derive = (purpose: string) => createHmac('sha256', Buffer.from(root, 'hex')).update(purpose).digest();
  if (hs256Secret) {
    const secret = new TextEncoder().encode(hs256Secret);
    return { algorithm: 'HS256', kid: undefined, signing: secret, verifying: secret, jwks: { keys: [] }, derive };
  }
  const { d: _private, ...shared } = signing;
  const kid = await calculateJwkThumbprint(shared);
  const [privateKey, publicKey] = await Promise.all([importJWK(signing, 'ES256'), importJWK(shared, 'ES256')]);
  const jwk = { ...shared, kid, alg: 'ES256', use: 'sig', key_ops: ['verify'], ext: true };
  return { algorithm: 'ES256', kid, signing: privateKey, verifying: publicKey, jwks: { keys: [jwk] }, derive };
}

/** The two keys that a Supabase project has; for SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY. The same as long as keys.json is. */
export async function apiKeys(keys: Keys): Promise<{ publishable: string; secret: string }> {
  const [publishable, secret] = await Promise.all(['anon', 'service_role'].map((role) => apiKey(keys, role)));
  return { publishable: publishable!, secret: secret! };
}

function apiKey(keys: Keys, role: string): Promise<string> {
  return new SignJWT({ role, iss: 'supabase' })
    .setProtectedHeader({ alg: keys.algorithm, typ: 'JWT', ...(keys.kid && { kid: keys.kid }) })
    .setIssuedAt(1_790_000_000)
    .setExpirationTime(2_420_000_000)
    .sign(keys.signing);
}

async function readOrMake(file: string): Promise<KeyFile> {
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept) return JSON.parse(kept) as KeyFile;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const made: KeyFile = { signing: await exportJWK(privateKey), root: randomBytes(32).toString('hex') };
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // Written whole or not at all: half a key file would lock everyone out.
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return made;
}

/** SHA-256 in hex, for looking things up by what must not be stored. */
export const digest = (text: string) => createHash('sha256').update(text).digest('hex');
