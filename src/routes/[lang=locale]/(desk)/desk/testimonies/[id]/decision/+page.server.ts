import * as v from 'valibot';
import { words } from '#i18n/words.server.ts';
import { readThirdParties } from '#modules/others/read-third-parties.server.ts';
import { sealEditList } from '#modules/redaction/seal-edit-list.server.ts';
import { setDisguise } from '#modules/redaction/set-disguise.server.ts';
import { Sealing } from '#modules/redaction/schema.ts';
import { CutSettled, settleCut } from '#modules/redaction/cut-requests.server.ts';
import { openEditList } from '#modules/redaction/open-edit-list.server.ts';
import { approveTestimony } from '#modules/review/approve-testimony.server.ts';
import { askChanges } from '#modules/review/ask-changes.server.ts';
import { assessRisk } from '#modules/review/assess-risk.server.ts';
import { declineTestimony } from '#modules/review/decline-testimony.server.ts';
import { readDecisionPage } from '#modules/review/read-decision-page.server.ts';
import { Approval, Refusal, Risk } from '#modules/review/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk, testimonyIn } from '../../../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  const testimonyId = testimonyIn(event);
  return {
    ...(await orRefuse(readDecisionPage(event.locals.deps, account, { testimonyId, locale: event.params.lang }))),
    others: await orRefuse(readThirdParties(event.locals.deps, account, { testimonyId })),
    pageWords: words(event.params.lang, ['care'])
  };
};

const ticked = v.pipe(
  v.optional(v.string(), 'off'),
  v.transform((value) => value === 'on')
);
const DisguiseForm = v.object({ audioOnly: ticked, disguiseVoice: ticked, blurPicture: ticked });
/** The reviewer says, too, that they read the risk assessment and watched all of it. */
const ApprovalForm = v.object({ ...Approval.entries, wordsRead: v.unwrap(Approval.entries.wordsRead), watched: v.literal('on') });

export const actions: Actions = {
  open: (event) => refusing(async () => void (await openEditList(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event) }))),
  disguise: (event) =>
    refusing(async () => {
      const disguise = await parseForm(event.request, DisguiseForm);
      await setDisguise(event.locals.deps, atDesk(event), { ...disguise, testimonyId: testimonyIn(event) });
    }),
  cut: (event) =>
    refusing(async () => {
      const settled = await parseForm(event.request, CutSettled);
      await settleCut(event.locals.deps, atDesk(event), { ...settled, testimonyId: testimonyIn(event) });
    }),
  seal: (event) => refusing(async () => sealEditList(event.locals.deps, atDesk(event), await parseForm(event.request, Sealing))),
  risk: (event) => refusing(async () => assessRisk(event.locals.deps, atDesk(event), await parseForm(event.request, Risk))),
  approve: (event) =>
    refusing(async () => {
      const missing = await approveTestimony(event.locals.deps, atDesk(event), await parseForm(event.request, ApprovalForm));
      return { notice: missing ? ('waiting_for_second' as const) : ('cooling_off_started' as const) };
    }),
  changes: (event) =>
    refusing(async () => {
      await askChanges(event.locals.deps, atDesk(event), await parseForm(event.request, Refusal));
      return { notice: 'changes_asked' as const };
    }),
  decline: (event) =>
    refusing(async () => {
      await declineTestimony(event.locals.deps, atDesk(event), await parseForm(event.request, Refusal));
      return { notice: 'declined' as const };
    })
};
