import { redirect } from '@sveltejs/kit';
import { readAnswers } from '#modules/consent/answer-consent.server.ts';
import { custodianRecipients } from '#modules/sealed-identity/seal-identity.server.ts';
import { deleteRecording } from '#modules/testimony/delete-recording.server.ts';
import { readMyTestimony } from '#modules/testimony/read-my-testimony.server.ts';
import { isBeingTold } from '#modules/testimony/rules.ts';
import { RecordingChoice } from '#modules/testimony/schema.ts';
import { submitTestimony } from '#modules/testimony/submit-testimony.server.ts';
import { writeStatement } from '#modules/testimony/write-statement.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  const { deps } = event.locals;
  const testimony = await orRefuse(readMyTestimony(deps, contributor));
  if (!isBeingTold(testimony.state)) redirect(303, `/${event.params.lang}/mine`);
  const { keep } = await orRefuse(readAnswers(deps, contributor));
  const { recordings, statement, receipt } = testimony;
  return {
    testimony,
    /** What submitting would be refused for, in the order it is asked. */
    left: [
      recordings.some(({ state }) => state === 'received' || state === 'verified' || state === 'expected') || statement ? null : 'content',
      keep === 'yes' ? null : 'keep',
      recordings.some(({ state }) => state === 'expected') ? 'arrival' : null,
      receipt === 'confirmed' ? null : 'receipt'
    ].filter((reason) => reason !== null) as ('content' | 'keep' | 'arrival' | 'receipt')[],
    /** Only an archive with custodians asks how to reach somebody. */
    takesIdentity: (await orRefuse(custodianRecipients(deps, contributor))).length > 0,
    isConfirmedNow: event.url.searchParams.has('confirmed')
  };
};

export const actions: Actions = {
  deleteRecording: (event) =>
    refusing(async () => {
      const contributor = contributorOf(event);
      await deleteRecording(event.locals.deps, contributor, await parseForm(event.request, RecordingChoice));
    }),
  deleteStatement: (event) =>
    refusing(async () => {
      await writeStatement(event.locals.deps, contributorOf(event), { body: '' });
    }),
  submit: (event) =>
    refusing(async () => {
      await submitTestimony(event.locals.deps, contributorOf(event));
      redirect(303, `/${event.params.lang}/mine?arrived`);
    })
};
