import * as v from 'valibot';
import { idOf, type RecordingId, type SegmentId, type TestimonyId } from '#platform/ids.ts';

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));
const text = v.pipe(v.string(), v.maxLength(20_000));
const speaker = v.pipe(v.string(), v.trim(), v.maxLength(80));

/** A change names the version it was made on: two people never overwrite each other. */
const target = { segmentId: idOf<SegmentId>(), version: v.pipe(v.number(), v.integer(), v.minValue(1)) };

const places = v.optional(v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(4_000)), []);

export const SegmentEdit = v.object({
  ...target,
  text,
  speaker: v.optional(speaker),
  /** Words (by place in the new text) that somebody looked at, and those they are not sure of. */
  sure: places,
  unsure: places
});
export type SegmentEdit = v.InferInput<typeof SegmentEdit> & { segmentId: SegmentId };

export const SegmentTarget = v.object(target);
export type SegmentTarget = v.InferOutput<typeof SegmentTarget>;

export const SegmentSplit = v.object({ ...target, caret: v.pipe(v.number(), v.integer(), v.minValue(1)) });
export type SegmentSplit = v.InferOutput<typeof SegmentSplit>;

export const SegmentTimes = v.object({ ...target, startMs: milliseconds, endMs: milliseconds });
export type SegmentTimes = v.InferOutput<typeof SegmentTimes>;

export const SpeakerRename = v.object({ testimonyId: idOf<TestimonyId>(), from: speaker, to: speaker });
export type SpeakerRename = v.InferOutput<typeof SpeakerRename>;

export const NewSegment = v.object({
  testimonyId: idOf<TestimonyId>(),
  recordingId: idOf<RecordingId>(),
  startMs: milliseconds,
  endMs: milliseconds,
  speaker,
  text: v.pipe(text, v.trim(), v.minLength(1))
});
export type NewSegment = v.InferOutput<typeof NewSegment>;
