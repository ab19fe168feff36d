import { words } from '#i18n/words.server.ts';
import { readAnswers } from '#modules/consent/answer-consent.server.ts';
import { QUESTIONS } from '#modules/consent/rules.ts';
import { CONSENT_TEXTS } from '#modules/consent/texts.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { params, locals } = event;
  const answers = await orRefuse(readAnswers(locals.deps, contributorOf(event)));
  const { questions } = CONSENT_TEXTS[params.lang];
  return {
    purpose: params.purpose,
    answers: QUESTIONS.filter((question) => answers[question]).map((question) => ({
      question,
      text: questions[question].question,
      answer: answers[question]!
    })),
    pageWords: words(params.lang, ['consent'])
  };
};
