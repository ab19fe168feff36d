import type { JobName } from '#platform/queues.ts';
import type { Handler } from './handler.ts';
import { assembleTranscript } from './jobs/assemble-transcript.server.ts';
import { expire } from './jobs/expire-uploads.server.ts';
import { forgetDrafts } from './jobs/forget-abandoned-drafts.server.ts';
import { forgetRecording } from './jobs/forget-recording.server.ts';
import { findSpeech } from './jobs/find-speech.server.ts';
import { forgetSpoken } from './jobs/forget-spoken.server.ts';
import { forget } from './jobs/forget-testimony.server.ts';
import { index } from './jobs/index-testimony.server.ts';
import { inspectRecording } from './jobs/inspect-recording.server.ts';
import { makeDeskRenditions } from './jobs/make-renditions.server.ts';
import { publish } from './jobs/publish-testimony.server.ts';
import { renderPublicEdition } from './jobs/render-public.server.ts';
import { sendMail } from './jobs/send-mail.server.ts';
import { coolOff } from './jobs/start-cooling-off.server.ts';
import { takeIn } from './jobs/take-in-statement.server.ts';
import { tend } from './jobs/tend-narration.server.ts';
import { transcribePiece } from './jobs/transcribe-piece.server.ts';
import { translateTestimony } from './jobs/translate-testimony.server.ts';
import { verifyRecording } from './jobs/verify-recording.server.ts';

/** Who does what; the compiler refuses a queue without a handler. */
export const HANDLERS: { readonly [Name in JobName]: Handler<Name> } = {
  'verify-recording': verifyRecording,
  'inspect-recording': inspectRecording,
  'make-renditions': makeDeskRenditions,
  'find-speech': findSpeech,
  'transcribe-piece': transcribePiece,
  'assemble-transcript': assembleTranscript,
  'translate-testimony': translateTestimony,
  'take-in-statement': takeIn,
  'render-public': renderPublicEdition,
  'start-cooling-off': coolOff,
  'publish-testimony': publish,
  'index-testimony': index,
  'forget-testimony': forget,
  'forget-recording': forgetRecording,
  'forget-spoken': forgetSpoken,
  'tend-narration': tend,
  'send-mail': sendMail,
  'expire-uploads': expire,
  'forget-abandoned-drafts': forgetDrafts
};
