import type { Account, Actor, Contributor } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { ErrorCode } from '#platform/errors.ts';

declare global {
  namespace App {
    interface Locals {
      deps: Deps;
      /** Whom this request speaks for: in the contributor's place the receipt's session, elsewhere the account, else a visitor. */
      actor: Actor;
      account: Account | null;
      contributor: Contributor | null;
    }
    interface Error {
      message: string;
      code?: ErrorCode;
    }
  }
}

export {};
