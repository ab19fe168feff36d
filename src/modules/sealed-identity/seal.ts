import * as v from 'valibot';
import { Identity } from './identity.ts';

/** A custodian's key in force; `fingerprint` is the SHA-256 of `recipient`, lower case hex. */
export type Recipient = { recipient: string; fingerprint: string };

/** Lengths tell something too: what is sealed is filled up to whole blocks (bytes) with spaces. */
const BLOCK = 2_048;

/**
 * Seals an identity to every custodian's key, in the browser: age with post-quantum recipients. Any one of the private keys opens it.
 * @throws Error for a recipient whose fingerprint is not that of its key: somebody swapped it on the way
 */
export async function sealIdentity(identity: Identity, recipients: readonly Recipient[]): Promise<Uint8Array<ArrayBuffer>> {
  const { Encrypter } = await import('age-encryption');
  const sealer = new Encrypter();
  for (const { recipient, fingerprint } of recipients) {
    if ((await fingerprintOf(recipient)) !== fingerprint) throw new Error('a key that is not the one of its fingerprint');
    sealer.addRecipient(recipient);
  }
  const said = new TextEncoder().encode(JSON.stringify(identity));
  const padded = new Uint8Array(Math.ceil(said.length / BLOCK) * BLOCK).fill(0x20);
  padded.set(said);
  return new Uint8Array(await sealer.encrypt(padded));
}

/**
 * Opens what was sealed, with the text of a custodian's key file, in the custodian's browser.
 * @returns null when this key does not open it, or what it holds is no identity
 */
export async function unsealIdentity(ciphertext: Uint8Array, keyFile: string): Promise<Identity | null> {
  const { Decrypter } = await import('age-encryption');
  const opener = new Decrypter();
  const keys = keyFile.split(/\s+/).filter((word) => /^AGE-SECRET-KEY-/.test(word));
  try {
    for (const key of keys) opener.addIdentity(key);
    if (!keys.length) return null;
    const parsed = v.safeParse(Identity, JSON.parse(await opener.decrypt(ciphertext, 'text')));
    return parsed.success ? parsed.output : null;
  } catch {
    // Another key, a file that is none, or a ciphertext that was changed: it does not open, and that is all there is to say.
    return null;
  }
}

/** A new key pair, made where the custodian sits: the text of the key file, and the public half. */
export async function makeKey(): Promise<{ keyFile: string; recipient: string; fingerprint: string }> {
  const { generateHybridIdentity, identityToRecipient } = await import('age-encryption');
  const secret = await generateHybridIdentity();
  const recipient = await identityToRecipient(secret);
  return { keyFile: `# public key: ${recipient}\n${secret}\n`, recipient, fingerprint: await fingerprintOf(recipient) };
}

/** SHA-256 of a recipient, lower case hex. */
export async function fingerprintOf(recipient: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(recipient));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A fingerprint as two people compare it aloud: groups of four. */
export function readable(fingerprint: string): string {
  return fingerprint.match(/.{4}/g)!.join(' ');
}
