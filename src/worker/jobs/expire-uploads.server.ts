import { openUploads } from '#modules/upload/open-uploads.server.ts';
import { log } from '#platform/log.ts';
import type { Handler } from '../handler.ts';

export const expire: Handler<'expire-uploads'> = async (deps) => {
  const cleared = await openUploads(deps).expire(Date.now());
  if (cleared) log('info', 'uploads_expired', { cleared });
};
