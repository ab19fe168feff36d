// Written by `npm run languages` from the folders of locales/.
import arArchive from './locales/ar/archive.json' with { type: 'json' };
import arCare from './locales/ar/care.json' with { type: 'json' };
import arCommon from './locales/ar/common.json' with { type: 'json' };
import arConsent from './locales/ar/consent.json' with { type: 'json' };
import arConsentText from './locales/ar/consent-text.json' with { type: 'json' };
import arContributor from './locales/ar/contributor.json' with { type: 'json' };
import arDesk from './locales/ar/desk.json' with { type: 'json' };
import arErrors from './locales/ar/errors.json' with { type: 'json' };
import arIdentity from './locales/ar/identity.json' with { type: 'json' };
import arMail from './locales/ar/mail.json' with { type: 'json' };
import arProse from './locales/ar/prose.json' with { type: 'json' };
import arReceiptWords from './locales/ar/receipt-words.json' with { type: 'json' };
import enArchive from './locales/en/archive.json' with { type: 'json' };
import enCare from './locales/en/care.json' with { type: 'json' };
import enCommon from './locales/en/common.json' with { type: 'json' };
import enConsent from './locales/en/consent.json' with { type: 'json' };
import enConsentText from './locales/en/consent-text.json' with { type: 'json' };
import enContributor from './locales/en/contributor.json' with { type: 'json' };
import enDesk from './locales/en/desk.json' with { type: 'json' };
import enErrors from './locales/en/errors.json' with { type: 'json' };
import enIdentity from './locales/en/identity.json' with { type: 'json' };
import enMail from './locales/en/mail.json' with { type: 'json' };
import enProse from './locales/en/prose.json' with { type: 'json' };
import enReceiptWords from './locales/en/receipt-words.json' with { type: 'json' };

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

/** The shape of every language's words; Arabic, which is written first, has it. */
export type Resources = (typeof resources)['ar'];

/** What consent is asked in (modules/consent). */
export const consentTexts = { ar: arConsentText, en: enConsentText };

/** The words that receipts are drawn from (modules/testimony), as many to a line as fit. */
export const receiptWords = { ar: arReceiptWords, en: enReceiptWords };
