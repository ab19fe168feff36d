import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import qrcode from 'qrcode-generator';
import type { Keys } from './keys.ts';

const PERIOD = 30;

/** A new secret and what an authenticator app needs of it: RFC 6238, SHA-1, six digits, 30 seconds. */
export function newSecret(issuer: string, label: string): { secret: string; uri: string; qrCode: string } {
  const secret = new Secret({ size: 20 });
  const uri = new TOTP({ issuer, label, secret, period: PERIOD, algorithm: 'SHA1', digits: 6 }).toString();
  const code = qrcode(0, 'M');
  code.addData(uri);
  code.make();
  return { secret: secret.base32, uri, qrCode: code.createSvgTag({ cellSize: 4, margin: 16, scalable: true }) };
}

/**
 * The 30-second step that `code` belongs to, one step before and after now allowed for clocks that are off; null when it is
 * none of these. Whoever asks must refuse a step that was used already.
 */
export function stepOf(secret: string, code: string, now = Date.now()): number | null {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD, algorithm: 'SHA1', digits: 6 });
  const delta = /^\d{6}$/.test(code) ? totp.validate({ token: code, timestamp: now, window: 1 }) : null;
  return delta === null ? null : Math.floor(now / 1000 / PERIOD) + delta;
}

/** AES-256-GCM with a key outside the database; bound to the factor, so that rows cannot be swapped. */
export function seal(keys: Keys, factorId: string, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keys.derive('authenticator secrets'), nonce).setAAD(Buffer.from(factorId));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

export function unseal(keys: Keys, factorId: string, text: string): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keys.derive('authenticator secrets'), bytes.subarray(0, 12))
    .setAAD(Buffer.from(factorId))
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}
