import { redirect } from '@sveltejs/kit';
import { answerConsent, readAnswers } from '#modules/consent/answer-consent.server.ts';
import { neighbours, QUESTIONS, type Question } from '#modules/consent/rules.ts';
import { OneAnswer } from '#modules/consent/schema.ts';
import { readNarration } from '#modules/narration/read-narrations.server.ts';
import { CONSENT_TEXTS, TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { parse, parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import * as v from 'valibot';
import { contributorOf } from '../../../telling.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const Asked = v.picklist(QUESTIONS);
/** The form as it comes: a question that is passed over has no answer (R17). */
const Form = v.object({ answer: v.optional(v.string()), version: v.string() });

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  const { params, locals, url } = event;
  const question = await orRefuse(Promise.resolve().then(() => parse(Asked, params.question)));
  const answers = await orRefuse(readAnswers(locals.deps, contributor));
  return {
    question,
    text: CONSENT_TEXTS[params.lang].questions[question],
    version: TEXT_VERSION,
    narration: await orRefuse(
      readNarration(locals.deps, contributor, { textVersion: TEXT_VERSION, language: params.lang, part: question })
    ),
    answer: answers[question],
    number: QUESTIONS.indexOf(question) + 1,
    of: QUESTIONS.length,
    ...neighbours(question),
    fromMine: url.searchParams.has('mine')
  };
};

async function answer(event: RequestEvent): Promise<void> {
  const contributor = contributorOf(event);
  const form = await parseForm(event.request, Form);
  if (!form.answer) return;
  const given = parse(OneAnswer, {
    question: event.params.question,
    answer: form.answer,
    textVersion: form.version,
    textLanguage: event.params.lang
  });
  await answerConsent(event.locals.deps, contributor, given);
}

export const actions: Actions = {
  /** Sent by script at each choice, so that nothing waits for a button. */
  keep: (event) => refusing(() => answer(event)),
  next: (event) =>
    refusing(async () => {
      await answer(event);
      const { lang, question } = event.params;
      if (event.url.searchParams.has('mine')) redirect(303, `/${lang}/mine/consent`);
      const { next } = neighbours(question as Question);
      redirect(303, next ? `/${lang}/tell/consent/${next}` : `/${lang}/tell/understood`);
    })
};
