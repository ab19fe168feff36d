import { sql } from 'kysely';
import type { Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';

/** What can happen to a testimony. The log keeps that it happened, ids, hashes and counts; never what was said (R36). */
export type CustodyKind =
  | 'begun'
  | 'taken_up_again'
  | 'consent_given'
  | 'consent_changed'
  | 'recording_announced'
  | 'recording_received'
  | 'recording_verified'
  | 'recording_refused'
  | 'recording_deleted'
  | 'rendition_made'
  | 'submitted'
  | 'taken_in_review'
  | 'original_played'
  | 'transcript_made'
  | 'translation_made'
  | 'text_corrected'
  | 'redacted'
  | 'redaction_taken_back'
  | 'edit_list_sealed'
  | 'public_rendition_made'
  | 'risk_assessed'
  | 'approved_by_one'
  | 'changes_asked'
  | 'declined'
  | 'cooling_off_started'
  | 'published'
  | 'text_corrected_by_person'
  | 'cut_asked'
  | 'cut_taken_back'
  | 'cut_settled'
  | 'downloaded_by_person'
  | 'edition_accepted'
  | 'edition_put_off'
  | 'edition_left_to_archive'
  | 'edition_asked_for_again'
  | 'withdrawn'
  | 'forgotten_by_search'
  | 'renditions_destroyed'
  | 'recordings_destroyed'
  | 'receipt_made'
  | 'receipt_confirmed'
  | 'message_sent'
  | 'consent_spoken'
  | 'spoken_word_deleted'
  | 'understanding_said'
  | 'understanding_read'
  | 'help_asked'
  | 'earlier_account_named'
  | 'earlier_account_taken_back'
  | 'third_party_flagged'
  | 'third_party_unflagged'
  | 'third_party_assessed'
  | 'identity_sealed'
  | 'identity_taken_back'
  | 'identity_opening_asked'
  | 'identity_opening_agreed'
  | 'identity_opened';

/**
 * Adds an event to the testimony's chain, in the transaction of the change it tells of. Who acted is taken from the session.
 * @throws DomainError `not_found` when the testimony is not the actor's
 */
export async function recordEvent(
  tx: Tx,
  testimonyId: TestimonyId,
  kind: CustodyKind,
  detail: Record<string, unknown> = {}
): Promise<void> {
  await sql`select app.record_custody(${testimonyId}, ${kind}, ${JSON.stringify(detail)}::jsonb)`.execute(tx);
}
