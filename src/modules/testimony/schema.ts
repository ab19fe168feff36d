import * as v from 'valibot';
import { idOf, type RecordingId } from '#platform/ids.ts';
import { MOST_BYTES } from './limits.ts';

/** The languages that the page offers for what will be told; `und` where none of them fits. */
export const SPOKEN_LANGUAGES = ['ar', 'ku', 'en', 'fr', 'es', 'tr', 'fa', 'de', 'und'] as const;

export const Beginning = v.object({ language: v.picklist(SPOKEN_LANGUAGES) });
export type Beginning = v.InferOutput<typeof Beginning>;

/** What somebody typed as their receipt; read by receipt.ts. */
export const TypedReceipt = v.object({ words: v.pipe(v.string(), v.maxLength(600)) });

/** A statement, up to 400,000 characters; empty takes it back. Line ends as the database keeps them. */
export const Statement = v.object({
  body: v.pipe(
    v.string(),
    v.transform((text) => text.replaceAll('\r\n', '\n')),
    v.maxLength(400_000)
  )
});
export type Statement = v.InferOutput<typeof Statement>;

export const Announcement = v.object({
  id: idOf<RecordingId>(),
  kind: v.picklist(['video', 'audio']),
  /** Without parameters: `video/webm`. */
  mediaType: v.pipe(v.string(), v.toLowerCase(), v.regex(/^(audio|video)\/[a-z0-9.+-]{1,60}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_BYTES)),
  /** Lower case hex, of the file as it will be sent. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
});
export type Announcement = v.InferOutput<typeof Announcement>;

/** What a phone kept of a draft: see way-back.server.ts. */
export const WayBack = v.object({ way: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) });

export const RecordingChoice = v.object({ recordingId: idOf<RecordingId>() });

export const Withdrawal = v.object({
  /** Whether the originals are destroyed as well; an unticked box is absent. */
  destroyRecordings: v.pipe(
    v.optional(v.literal('on')),
    v.transform((ticked) => ticked === 'on')
  )
});
export type Withdrawal = v.InferOutput<typeof Withdrawal>;
