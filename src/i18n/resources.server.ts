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
import esArchive from './locales/es/archive.json' with { type: 'json' };
import esCare from './locales/es/care.json' with { type: 'json' };
import esCommon from './locales/es/common.json' with { type: 'json' };
import esConsent from './locales/es/consent.json' with { type: 'json' };
import esConsentText from './locales/es/consent-text.json' with { type: 'json' };
import esContributor from './locales/es/contributor.json' with { type: 'json' };
import esDesk from './locales/es/desk.json' with { type: 'json' };
import esErrors from './locales/es/errors.json' with { type: 'json' };
import esIdentity from './locales/es/identity.json' with { type: 'json' };
import esMail from './locales/es/mail.json' with { type: 'json' };
import esProse from './locales/es/prose.json' with { type: 'json' };
import esReceiptWords from './locales/es/receipt-words.json' with { type: 'json' };
import frArchive from './locales/fr/archive.json' with { type: 'json' };
import frCare from './locales/fr/care.json' with { type: 'json' };
import frCommon from './locales/fr/common.json' with { type: 'json' };
import frConsent from './locales/fr/consent.json' with { type: 'json' };
import frConsentText from './locales/fr/consent-text.json' with { type: 'json' };
import frContributor from './locales/fr/contributor.json' with { type: 'json' };
import frDesk from './locales/fr/desk.json' with { type: 'json' };
import frErrors from './locales/fr/errors.json' with { type: 'json' };
import frIdentity from './locales/fr/identity.json' with { type: 'json' };
import frMail from './locales/fr/mail.json' with { type: 'json' };
import frProse from './locales/fr/prose.json' with { type: 'json' };
import frReceiptWords from './locales/fr/receipt-words.json' with { type: 'json' };
import trArchive from './locales/tr/archive.json' with { type: 'json' };
import trCare from './locales/tr/care.json' with { type: 'json' };
import trCommon from './locales/tr/common.json' with { type: 'json' };
import trConsent from './locales/tr/consent.json' with { type: 'json' };
import trConsentText from './locales/tr/consent-text.json' with { type: 'json' };
import trContributor from './locales/tr/contributor.json' with { type: 'json' };
import trDesk from './locales/tr/desk.json' with { type: 'json' };
import trErrors from './locales/tr/errors.json' with { type: 'json' };
import trIdentity from './locales/tr/identity.json' with { type: 'json' };
import trMail from './locales/tr/mail.json' with { type: 'json' };
import trProse from './locales/tr/prose.json' with { type: 'json' };
import trReceiptWords from './locales/tr/receipt-words.json' with { type: 'json' };

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
  },
  es: {
    archive: esArchive,
    care: esCare,
    common: esCommon,
    consent: esConsent,
    contributor: esContributor,
    desk: esDesk,
    errors: esErrors,
    identity: esIdentity,
    mail: esMail,
    prose: esProse
  },
  fr: {
    archive: frArchive,
    care: frCare,
    common: frCommon,
    consent: frConsent,
    contributor: frContributor,
    desk: frDesk,
    errors: frErrors,
    identity: frIdentity,
    mail: frMail,
    prose: frProse
  },
  tr: {
    archive: trArchive,
    care: trCare,
    common: trCommon,
    consent: trConsent,
    contributor: trContributor,
    desk: trDesk,
    errors: trErrors,
    identity: trIdentity,
    mail: trMail,
    prose: trProse
  }
};

/** The shape of every language's words; Arabic, which is written first, has it. */
export type Resources = (typeof resources)['ar'];

/** What consent is asked in (modules/consent). */
export const consentTexts = { ar: arConsentText, en: enConsentText, es: esConsentText, fr: frConsentText, tr: trConsentText };

/** The words that receipts are drawn from (modules/testimony), as many to a line as fit. */
export const receiptWords = { ar: arReceiptWords, en: enReceiptWords, es: esReceiptWords, fr: frReceiptWords, tr: trReceiptWords };
