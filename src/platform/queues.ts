import type { EditListId, MailId, NarrationId, RecordingId, SpokenWordId, TestimonyId } from './ids.ts';

/** Every job there is and what it is told: ids only. Each is short, idempotent and retried. */
export type Jobs = {
  /** A recording's bytes are all here: compare the SHA-256, then let the rest begin (R34). */
  'verify-recording': { recordingId: RecordingId };
  'inspect-recording': { recordingId: RecordingId };
  'make-renditions': { recordingId: RecordingId };
  'find-speech': { recordingId: RecordingId };
  'transcribe-piece': { recordingId: RecordingId; position: number };
  'assemble-transcript': { recordingId: RecordingId };
  'translate-testimony': { testimonyId: TestimonyId };
  /** A statement was submitted: passages from its paragraphs, then translation. */
  'take-in-statement': { testimonyId: TestimonyId };
  'render-public': { editListId: EditListId };
  'start-cooling-off': { testimonyId: TestimonyId };
  'publish-testimony': { testimonyId: TestimonyId };
  'index-testimony': { testimonyId: TestimonyId };
  /** After a withdrawal or a changed consent: index, renditions and, if asked, recordings. */
  'forget-testimony': { testimonyId: TestimonyId };
  /** A recording its person took back: every file of it. */
  'forget-recording': { recordingId: RecordingId };
  /** What somebody had said aloud beside their testimony and took back. */
  'forget-spoken': { testimonyId: TestimonyId; spokenId: SpokenWordId };
  /** A narration was added: check and strip it. It was taken away: destroy its files. */
  'tend-narration': { narrationId: NarrationId };
  /** One mail to the SMTP server. */
  'send-mail': { mailId: MailId };
  'expire-uploads': Record<string, never>;
  /** Drafts without a receipt whose sessions all ended: nobody can come back to them. */
  'forget-abandoned-drafts': Record<string, never>;
};

export type JobName = keyof Jobs;

type QueuePolicy = {
  retryLimit: number;
  retryDelay: number;
  retryBackoff: boolean;
  retryDelayMax?: number;
  expireInSeconds: number;
  heartbeatSeconds?: number;
};

// A killed worker's jobs go to another once no heartbeat came for as long as said here.
const quick: QueuePolicy = { retryLimit: 8, retryDelay: 2, retryBackoff: true, expireInSeconds: 300, heartbeatSeconds: 20 };
/** What a person was promised outlasts an outage: tried every ten minutes for twelve days. */
const promised: QueuePolicy = { ...quick, retryLimit: 1_728, retryDelayMax: 600 };
const media: QueuePolicy = { retryLimit: 5, retryDelay: 5, retryBackoff: true, expireInSeconds: 4 * 3600, heartbeatSeconds: 30 };
/** Quick, but for what lies in a store across a line: it fetches or sends whole files. */
const fetching: QueuePolicy = { ...quick, expireInSeconds: media.expireInSeconds };
/** A slow engine may be waited for, and then take its time twice: heard, and in English. What died is known by its heartbeat. */
const engine: QueuePolicy = { retryLimit: 8, retryDelay: 5, retryBackoff: true, expireInSeconds: 6 * 3600, heartbeatSeconds: 30 };

/** About three hours, half an hour apart in the end: then somebody has to look at the server. */
const mail: QueuePolicy = { ...quick, retryLimit: 12, retryDelay: 10, retryDelayMax: 1_800 };

/** How each queue retries (seconds). The migration creates them; web and worker never do. */
export const QUEUES: Readonly<Record<JobName, QueuePolicy>> = {
  'verify-recording': media,
  'inspect-recording': fetching,
  'make-renditions': media,
  'find-speech': media,
  'transcribe-piece': engine,
  'assemble-transcript': quick,
  'translate-testimony': engine,
  'take-in-statement': quick,
  'render-public': media,
  'start-cooling-off': quick,
  'publish-testimony': fetching,
  'index-testimony': promised,
  'forget-testimony': promised,
  'forget-recording': promised,
  'forget-spoken': promised,
  'tend-narration': media,
  'send-mail': mail,
  'expire-uploads': quick,
  'forget-abandoned-drafts': quick
};
