import { attempts } from '#modules/testimony/attempts.server.ts';

/** One budget for every door of the desk: twenty tries at once, then one in fifteen seconds. The auth server counts by account besides. */
export const tries = attempts(20, 15_000);
