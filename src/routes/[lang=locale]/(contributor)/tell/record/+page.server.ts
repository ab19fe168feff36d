import { resources } from '#i18n/resources.server.ts';
import type { Locale } from '#i18n/locale.ts';
import type { Messages } from '#i18n/keys.ts';
import { contributorOf } from '../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  contributorOf(event);
  const { params, url } = event;
  return { recording: { kind: url.searchParams.has('audio') ? ('audio' as const) : ('video' as const), words: wordsOf(params.lang) } };
};

/** What the page's own script may have to say, and no more: it travels with the page. */
function wordsOf(locale: Locale): Messages {
  const { common, contributor, errors } = resources[locale];
  const { record, sending, tell, write } = contributor;
  return { common: { close: common.close }, contributor: { record, sending, tell, write }, errors };
}
