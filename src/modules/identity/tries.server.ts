import { attempts } from '#modules/testimony/attempts.server.ts';

/**
 * One budget for every door of the desk: sixty tries at once, then one in five seconds, since a whole staff may share one
 * address. The auth server counts by account besides, and more strictly.
 */
export const tries = attempts(60, 5_000);
