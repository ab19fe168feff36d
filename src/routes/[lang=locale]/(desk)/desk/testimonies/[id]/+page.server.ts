import * as v from 'valibot';
import { words } from '#i18n/words.server.ts';
import { readEarlierAccounts } from '#modules/consent/earlier-accounts.server.ts';
import { readUnderstanding, readUnderstandings } from '#modules/consent/say-understanding.server.ts';
import { UnderstandingRead } from '#modules/consent/schema.ts';
import { listMessages } from '#modules/messages/list-messages.server.ts';
import { markMessagesRead } from '#modules/messages/mark-messages-read.server.ts';
import { MessageText } from '#modules/messages/schema.ts';
import { writeToContributor } from '#modules/messages/write-to-contributor.server.ts';
import { assessThirdParty } from '#modules/others/assess-third-party.server.ts';
import { flagThirdParty, unflagThirdParty } from '#modules/others/flag-third-party.server.ts';
import { readThirdParties } from '#modules/others/read-third-parties.server.ts';
import { Flag, ThirdPartyAssessment, ThirdPartyNamed } from '#modules/others/schema.ts';
import { assignLinguist, unassignLinguist } from '#modules/review/assign-linguist.server.ts';
import { DescriptionForm } from '#modules/review/description.ts';
import { describeTestimony } from '#modules/review/describe-testimony.server.ts';
import { readOverview } from '#modules/review/read-overview.server.ts';
import { Retry, retryProcessing } from '#modules/review/retry-processing.server.ts';
import { Assignment } from '#modules/review/schema.ts';
import { takeTestimony } from '#modules/review/take-testimony.server.ts';
import { listVocabulary } from '#modules/vocabulary/list-vocabulary.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk, testimonyIn } from '../../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  const { deps } = event.locals;
  const testimonyId = testimonyIn(event);
  return {
    ...(await orRefuse(readOverview(deps, account, { testimonyId, locale: event.params.lang }))),
    messages: await listMessages(deps, account, { testimonyId }),
    vocabulary: await listVocabulary(deps, account),
    others: await readThirdParties(deps, account, { testimonyId }),
    earlier: await readEarlierAccounts(deps, account, { testimonyId }),
    understandings: await readUnderstandings(deps, account, { testimonyId }),
    pageWords: words(event.params.lang, ['care'])
  };
};

/** The form names a person and a task; the testimony is the page's. */
const AssignmentForm = v.omit(Assignment, ['testimonyId']);

export const actions: Actions = {
  take: (event) => refusing(async () => void (await takeTestimony(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event) }))),
  describe: (event) =>
    refusing(async () => {
      await describeTestimony(event.locals.deps, atDesk(event), await parseForm(event.request, DescriptionForm));
      return { saved: 'describe' };
    }),
  assign: (event) =>
    refusing(async () => {
      const given = await parseForm(event.request, AssignmentForm);
      await assignLinguist(event.locals.deps, atDesk(event), { ...given, testimonyId: testimonyIn(event) });
    }),
  unassign: (event) =>
    refusing(async () => {
      const given = await parseForm(event.request, AssignmentForm);
      await unassignLinguist(event.locals.deps, atDesk(event), { ...given, testimonyId: testimonyIn(event) });
    }),
  message: (event) =>
    refusing(async () => {
      const { body } = await parseForm(event.request, MessageText);
      await writeToContributor(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event), body });
      return { saved: 'message' };
    }),
  flag: (event) =>
    refusing(async () => {
      const flag = await parseForm(event.request, Flag);
      await flagThirdParty(event.locals.deps, atDesk(event), { ...flag, testimonyId: testimonyIn(event) });
    }),
  unflag: (event) =>
    refusing(async () => unflagThirdParty(event.locals.deps, atDesk(event), await parseForm(event.request, ThirdPartyNamed))),
  assess: (event) =>
    refusing(async () => assessThirdParty(event.locals.deps, atDesk(event), await parseForm(event.request, ThirdPartyAssessment))),
  understood: (event) =>
    refusing(async () => readUnderstanding(event.locals.deps, atDesk(event), await parseForm(event.request, UnderstandingRead))),
  read: (event) => refusing(async () => markMessagesRead(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event) })),
  retry: (event) => refusing(async () => retryProcessing(event.locals.deps, atDesk(event), await parseForm(event.request, Retry)))
};
