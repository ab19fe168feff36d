import * as v from 'valibot';
import { idOf, type CustodianKeyId, type IdentityOpeningId } from '#platform/ids.ts';

/** age's ciphertext as a form carries it (base64), and the fingerprints it was sealed to. Nothing of what it holds comes along. */
export const SealedIdentity = v.object({
  ciphertext: v.pipe(
    v.string(),
    v.maxLength(90_000),
    v.base64(),
    v.transform((text) => Buffer.from(text, 'base64')),
    v.check((bytes) => bytes.subarray(0, 21).toString('latin1') === 'age-encryption.org/v1')
  ),
  sealedTo: v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
    v.minLength(1),
    v.maxLength(50)
  )
});
export type SealedIdentity = v.InferOutput<typeof SealedIdentity>;

export const NewKey = v.object({ recipient: v.pipe(v.string(), v.trim(), v.regex(/^age1pq1[02-9ac-hj-np-z]{1952}$/)) });
export type NewKey = v.InferOutput<typeof NewKey>;

export const KeyNamed = v.object({ keyId: idOf<CustodianKeyId>() });
export type KeyNamed = v.InferOutput<typeof KeyNamed>;

export const OpeningAsked = v.object({
  /** The testimony's number, as a person or a court names it. */
  number: v.pipe(v.string(), v.trim(), v.regex(/^\d{1,12}$/), v.transform(Number)),
  reason: v.pipe(v.string(), v.trim(), v.minLength(20), v.maxLength(4_000))
});
export type OpeningAsked = v.InferOutput<typeof OpeningAsked>;

export const OpeningNamed = v.object({ openingId: idOf<IdentityOpeningId>() });
export type OpeningNamed = v.InferOutput<typeof OpeningNamed>;
