import { readMessages } from '#modules/messages/read-messages.server.ts';
import { MessageText } from '#modules/messages/schema.ts';
import { sendMessage } from '#modules/messages/send-message.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  messages: await orRefuse(readMessages(event.locals.deps, contributorOf(event)))
});

export const actions: Actions = {
  send: (event) =>
    refusing(async () => {
      const contributor = contributorOf(event);
      await sendMessage(event.locals.deps, contributor, await parseForm(event.request, MessageText));
      return { sent: true };
    })
};
