import { spokenKey } from '#modules/consent/keep-spoken.server.ts';
import type { Handler } from '../handler.ts';

export const forgetSpoken: Handler<'forget-spoken'> = ({ store }, { testimonyId, spokenId }) =>
  store.remove(spokenKey(testimonyId, spokenId));
