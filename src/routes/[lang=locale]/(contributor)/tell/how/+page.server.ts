import { readAnswers } from '#modules/consent/answer-consent.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  const answers = await orRefuse(readAnswers(event.locals.deps, contributor));
  return { mayBeKept: answers.keep === 'yes' };
};
