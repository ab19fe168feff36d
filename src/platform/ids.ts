import * as v from 'valibot';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type TestimonyId = Id<'testimony'>;
export type RecordingId = Id<'recording'>;
export type RenditionId = Id<'rendition'>;
export type EditListId = Id<'edit list'>;
export type TranscriptId = Id<'transcript'>;
export type SegmentId = Id<'segment'>;
export type PublicationId = Id<'publication'>;
export type PublicationMediumId = Id<'publication medium'>;
export type ThirdPartyId = Id<'third party'>;
export type EarlierAccountId = Id<'earlier account'>;
export type SpokenWordId = Id<'spoken word'>;
export type UnderstandingId = Id<'understanding'>;
export type NarrationId = Id<'narration'>;
export type CustodianKeyId = Id<'custodian key'>;
export type IdentityOpeningId = Id<'identity opening'>;
export type SupportContactId = Id<'support contact'>;
export type AccountId = Id<'account'>;
export type SessionId = Id<'session'>;
export type MailId = Id<'mail'>;

/** A valibot schema for a UUID from outside, branded as the id of one thing. */
export function idOf<T extends Id<string>>() {
  return v.pipe(
    v.string(),
    v.uuid(),
    v.transform((text) => text.toLowerCase() as T)
  );
}
