import { hash, verify } from '@node-rs/argon2';
import { AuthError, invalid } from './errors.ts';

/** OWASP's choice for Argon2id, the package's default kind: 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** bcrypt's limit, kept so that every password also works on Supabase Auth. */
const MOST_BYTES = 72;

/** Compared with when there is no such user, so that both take equally long. */
const NOBODY = hash('nobody has this password', COST);

export const hashPassword = (password: string) => hash(password, COST);

export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  const right = await verify(stored ?? (await NOBODY), password);
  return right && stored !== null;
}

/** @throws AuthError 422 `weak_password`, 400 `validation_failed` */
export function checkPassword(password: string, least: number): void {
  checkBytes(password);
  if (isShort(password, least)) {
    throw new AuthError(422, 'weak_password', `Password should be at least ${least} characters.`, ['length']);
  }
}

/** @throws AuthError 400 `validation_failed` */
export function checkBytes(password: string): void {
  if (Buffer.byteLength(password) > MOST_BYTES) throw invalid('Password cannot be longer than 72 bytes');
}

export const isShort = (password: string, least: number) => [...password].length < least;
