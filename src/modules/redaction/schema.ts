import * as v from 'valibot';
import { idOf, type EditListId, type RecordingId, type TestimonyId } from '#platform/ids.ts';
import { REASONS, TREATMENTS } from './rules.ts';

const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000));

export const NewRedaction = v.pipe(
  v.object({
    testimonyId: idOf<TestimonyId>(),
    recordingId: idOf<RecordingId>(),
    startMs: milliseconds,
    endMs: milliseconds,
    treatment: v.picklist(TREATMENTS),
    reason: v.picklist(REASONS)
  }),
  v.forward(
    v.check(({ startMs, endMs }) => endMs > startMs, 'end_before_start'),
    ['endMs']
  )
);
export type NewRedaction = v.InferOutput<typeof NewRedaction>;

export const RedactionRef = v.object({ testimonyId: idOf<TestimonyId>(), redactionId: v.pipe(v.string(), v.uuid()) });
export type RedactionRef = v.InferOutput<typeof RedactionRef>;

export const NewDisguise = v.object({
  testimonyId: idOf<TestimonyId>(),
  audioOnly: v.boolean(),
  disguiseVoice: v.boolean(),
  blurPicture: v.boolean()
});
export type NewDisguise = v.InferOutput<typeof NewDisguise>;

export const Sealing = v.object({ testimonyId: idOf<TestimonyId>(), editListId: idOf<EditListId>() });
export type Sealing = v.InferOutput<typeof Sealing>;
