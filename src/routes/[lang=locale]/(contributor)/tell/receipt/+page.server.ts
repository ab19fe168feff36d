import { makeReceipt } from '#modules/testimony/make-receipt.server.ts';
import { readMyTestimony } from '#modules/testimony/read-my-testimony.server.ts';
import { refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { receipt } = await orRefuse(readMyTestimony(event.locals.deps, contributorOf(event)));
  return { isConfirmed: receipt === 'confirmed' };
};

export const actions: Actions = {
  /** The words are in this one answer and nowhere else. */
  show: (event) => refusing(async () => ({ receiptWords: await makeReceipt(event.locals.deps, contributorOf(event), event.params.lang) }))
};
