/**
 * Every word of the archive. To add a namespace: write `locales/ar/<name>.json` (Arabic first), then `locales/en/<name>.json`,
 * then import both here and name them below; keys are typed from then on. On a page:
 *
 *   // +layout.server.ts of the group, or +page.server.ts (under `pageWords`) for what one page alone needs
 *   export const load = ({ params }) => ({ words: words(params.lang, ['contributor']) });   // `common` is always there
 *
 *   // any component
 *   const { t, format, href } = useI18n();          // from '#i18n/context.svelte.ts'
 *   t('contributor:receipt.words', { count: 8 })     // plural forms: words_zero, _one, _two, _few, _many, _other
 *
 * A plural key has every form its language has (Arabic six, English `_one` and `_other`) and is called with `count`. Numbers among
 * the values are written in the language's digits; give timecodes, ids and hashes as text. `<b>` and `<bdi>` in a message are
 * shown by `<Rich text={t(…)} />`. On the server, outside components: `translatorFor(locale)` of `#i18n/words.server.ts`.
 */
import arArchive from './locales/ar/archive.json' with { type: 'json' };
import arCare from './locales/ar/care.json' with { type: 'json' };
import arCommon from './locales/ar/common.json' with { type: 'json' };
import arConsent from './locales/ar/consent.json' with { type: 'json' };
import arContributor from './locales/ar/contributor.json' with { type: 'json' };
import arDesk from './locales/ar/desk.json' with { type: 'json' };
import arErrors from './locales/ar/errors.json' with { type: 'json' };
import arIdentity from './locales/ar/identity.json' with { type: 'json' };
import arMail from './locales/ar/mail.json' with { type: 'json' };
import arProse from './locales/ar/prose.json' with { type: 'json' };
import enArchive from './locales/en/archive.json' with { type: 'json' };
import enCare from './locales/en/care.json' with { type: 'json' };
import enCommon from './locales/en/common.json' with { type: 'json' };
import enConsent from './locales/en/consent.json' with { type: 'json' };
import enContributor from './locales/en/contributor.json' with { type: 'json' };
import enDesk from './locales/en/desk.json' with { type: 'json' };
import enErrors from './locales/en/errors.json' with { type: 'json' };
import enIdentity from './locales/en/identity.json' with { type: 'json' };
import enMail from './locales/en/mail.json' with { type: 'json' };
import enProse from './locales/en/prose.json' with { type: 'json' };

export const resources = {
  ar: {
    archive: arArchive,
    care: arCare,
    common: arCommon,
    consent: arConsent,
    contributor: arContributor,
    desk: arDesk,
    errors: arErrors,
    identity: arIdentity,
    mail: arMail,
    prose: arProse
  },
  en: {
    archive: enArchive,
    care: enCare,
    common: enCommon,
    consent: enConsent,
    contributor: enContributor,
    desk: enDesk,
    errors: enErrors,
    identity: enIdentity,
    mail: enMail,
    prose: enProse
  }
};

export type Resources = (typeof resources)['ar'];
