import * as v from 'valibot';
import { idOf, type AccountId } from '#platform/ids.ts';

export const ROLES = ['reader', 'linguist', 'reviewer', 'custodian', 'admin'] as const;

/** What a reader may be vetted for, besides what is open to everyone. */
export const PURPOSES = ['journalists', 'court', 'research', 'education'] as const;

const Email = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.email(), v.maxLength(254));

/** bcrypt, which a real Supabase uses, reads 72 bytes: what is longer would be cut without a word. */
const NewPassword = v.pipe(v.string(), v.minLength(12), v.maxBytes(72));

/** Digits as people type or paste them: with spaces, in Arabic or Persian digits. */
const Code = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/\s/g, '').replace(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) & 15))),
  v.regex(/^\d{6}$/)
);

const TokenHash = v.optional(v.pipe(v.string(), v.regex(/^(pkce_)?[0-9a-f]{32,128}$/)));

export const SignIn = v.object({ email: Email, password: v.pipe(v.string(), v.minLength(1), v.maxBytes(72)) });
export type SignIn = v.InferOutput<typeof SignIn>;

export const CodeGiven = v.object({ code: Code });

/** A new app as its page shows it, whatever was typed as its first code. */
export const FactorShown = v.object({
  factorId: v.pipe(v.string(), v.uuid()),
  secret: v.pipe(v.string(), v.regex(/^[A-Z2-7]{16,64}$/)),
  code: v.string()
});
export type FactorShown = v.InferOutput<typeof FactorShown>;

export const FactorConfirmed = v.object({ ...FactorShown.entries, code: Code });
export type FactorConfirmed = v.InferOutput<typeof FactorConfirmed>;

/** A link that was mailed, and the password that its reader chose. The code only from whoever has an authenticator app. */
export const PasswordChosen = v.object({
  token_hash: v.union([
    v.pipe(
      v.literal(''),
      v.transform(() => undefined)
    ),
    TokenHash
  ]),
  password: NewPassword,
  code: v.optional(
    v.union([
      v.pipe(
        v.literal(''),
        v.transform(() => undefined)
      ),
      Code
    ])
  )
});
export type PasswordChosen = v.InferOutput<typeof PasswordChosen>;

export const RecoveryAsked = v.object({ email: Email });

const Roles = v.optional(v.array(v.picklist(ROLES)), []);
const Purposes = v.optional(v.array(v.picklist(PURPOSES)), []);

export const Invitation = v.object({
  email: Email,
  displayName: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80)),
  locale: v.picklist(['ar', 'en']),
  roles: v.pipe(Roles, v.minLength(1)),
  purposes: Purposes
});
export type Invitation = v.InferOutput<typeof Invitation>;

export const RolesChosen = v.object({ userId: idOf<AccountId>(), roles: Roles, purposes: Purposes });
export type RolesChosen = v.InferOutput<typeof RolesChosen>;

export const PersonNamed = v.object({ userId: idOf<AccountId>() });
export type PersonNamed = v.InferOutput<typeof PersonNamed>;

/** Where to go on after signing in: a page of ours, never another host. */
export const NextPage = v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^\/(ar|en)(\/[\w\-/]*)?$/))), null);
