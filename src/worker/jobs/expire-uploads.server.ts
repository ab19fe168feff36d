import path from 'node:path';
import { expireUploads } from '#modules/upload/durable-file-store.server.ts';
import { log } from '#platform/log.ts';
import type { Handler } from '../handler.ts';

export const expire: Handler<'expire-uploads'> = async ({ env }) => {
  const cleared = await expireUploads(path.join(env.SAWT_DATA, 'uploads'), Date.now());
  if (cleared) log('info', 'uploads_expired', { cleared });
};
