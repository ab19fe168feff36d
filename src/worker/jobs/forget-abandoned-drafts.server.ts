import { forgetAbandonedDrafts } from '#modules/testimony/forget-abandoned-drafts.server.ts';
import { log } from '#platform/log.ts';
import type { Handler } from '../handler.ts';

export const forgetDrafts: Handler<'forget-abandoned-drafts'> = async (deps) => {
  const forgotten = await forgetAbandonedDrafts(deps);
  if (forgotten) log('info', 'drafts_forgotten', { forgotten });
};
