import { publishTestimony } from '#modules/publication/publish-testimony.server.ts';
import type { Handler } from '../handler.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';

export const publish: Handler<'publish-testimony'> = (deps, { testimonyId }) =>
  inWorkFolder(deps.env, (folder) => publishTestimony(deps, { testimonyId, folder }));
