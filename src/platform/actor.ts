import type { AccountId, SessionId, TestimonyId } from './ids.ts';

export type StaffRole = 'reader' | 'linguist' | 'reviewer' | 'custodian' | 'admin';

/** Whoever a request speaks for. Row level security sees the same, through `asActor`. */
export type Actor = Visitor | Contributor | Account;

export type Visitor = { kind: 'visitor' };
/** Someone with a receipt's session: reaches exactly one testimony. */
export type Contributor = { kind: 'contributor'; testimonyId: TestimonyId };
/** Someone signed in. `atDesk`: second factor given and session not locked (R40). `claims` is the verified access token's payload. */
export type Account = {
  kind: 'account';
  userId: AccountId;
  sessionId: SessionId;
  aal: 'aal1' | 'aal2';
  atDesk: boolean;
  displayName: string;
  roles: readonly StaffRole[];
  claims: Record<string, unknown>;
};

export const VISITOR: Visitor = { kind: 'visitor' };

/** The database role and the claims that an actor's transaction runs under. */
export function databaseIdentity(actor: Actor): { role: 'anon' | 'contributor' | 'authenticated'; claims: Record<string, unknown> } {
  switch (actor.kind) {
    case 'visitor':
      return { role: 'anon', claims: { role: 'anon' } };
    case 'contributor':
      return { role: 'contributor', claims: { role: 'contributor', testimony_id: actor.testimonyId } };
    case 'account':
      return { role: 'authenticated', claims: { ...actor.claims, role: 'authenticated', sub: actor.userId, session_id: actor.sessionId } };
  }
}
