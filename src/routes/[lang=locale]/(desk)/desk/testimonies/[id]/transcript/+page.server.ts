import type { ActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { isLocale } from '#i18n/locale.ts';
import { translatorFor } from '#i18n/words.server.ts';
import { addRedaction } from '#modules/redaction/add-redaction.server.ts';
import { removeRedaction } from '#modules/redaction/remove-redaction.server.ts';
import { REASONS, TREATMENTS } from '#modules/redaction/rules.ts';
import { NewRedaction, RedactionRef } from '#modules/redaction/schema.ts';
import { readEditor } from '#modules/review/read-editor.server.ts';
import { addSegment } from '#modules/transcript/add-segment.server.ts';
import { confirmSegment, confirmTranscript } from '#modules/transcript/confirm-segment.server.ts';
import { editSegment } from '#modules/transcript/edit-segment.server.ts';
import { CaptionFile, importCaptions } from '#modules/transcript/import-captions.server.ts';
import { mergeSegments } from '#modules/transcript/merge-segments.server.ts';
import { renameSpeaker } from '#modules/transcript/rename-speaker.server.ts';
import { retimeSegment } from '#modules/transcript/retime-segment.server.ts';
import { NewSegment, SegmentEdit, SegmentTarget, SegmentTimes, SpeakerRename } from '#modules/transcript/schema.ts';
import { readTimecode } from '#modules/transcript/timecode.ts';
import { editTranslation } from '#modules/translation/edit-translation.server.ts';
import { TranslationEdit } from '#modules/translation/schema.ts';
import { parse, parseForm, refusing, type Refused } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk, testimonyIn } from '../../../../at-desk.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => {
  const asked = event.url.searchParams.get('into');
  const page = await orRefuse(
    readEditor(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event), locale: event.params.lang, asked })
  );
  const { language } = page.head;
  return {
    ...page,
    /** The passage whose form is open: how the page is worked without script. */
    open: event.url.searchParams.get('edit'),
    inaudible: translatorFor(isLocale(language) ? language : 'en')('desk:editor.inaudible_mark')
  };
};

const number = v.pipe(v.string(), v.transform(Number));
const time = v.pipe(v.string(), v.transform(readTimecode));
const TargetForm = v.pipe(v.object({ segmentId: v.string(), version: number }), SegmentTarget);
const EditForm = v.pipe(
  v.object({ segmentId: v.string(), version: number, text: v.string(), speaker: v.string() }),
  v.transform((form): v.InferInput<typeof SegmentEdit> => ({ ...form, sure: [], unsure: [] })),
  SegmentEdit
);
const TimesForm = v.pipe(v.object({ segmentId: v.string(), version: number, startMs: time, endMs: time }), SegmentTimes);
const TranslationForm = v.pipe(
  v.object({
    segmentId: v.string(),
    language: v.string(),
    text: v.string(),
    version: v.pipe(
      v.string(),
      v.transform((text) => (text ? Number(text) : null))
    ),
    sourceVersion: number
  }),
  TranslationEdit
);
const ofPage = { testimonyId: v.string() };
const AddedForm = v.pipe(
  v.object({ ...ofPage, recordingId: v.string(), startMs: time, endMs: time, speaker: v.string(), text: v.string() }),
  NewSegment
);
const RedactionForm = v.pipe(
  v.object({
    ...ofPage,
    recordingId: v.string(),
    startMs: time,
    endMs: time,
    treatment: v.picklist(TREATMENTS),
    reason: v.picklist(REASONS)
  }),
  NewRedaction
);

const CaptionForm = v.object({ ...ofPage, recordingId: v.string(), captions: v.pipe(v.file(), v.maxSize(5_000_000)) });

/** An action that parses its form, calls one use case and shows the page again. */
function act<Schema extends v.GenericSchema>(
  schema: Schema,
  work: (event: RequestEvent, input: v.InferOutput<Schema>) => Promise<unknown>
): (event: RequestEvent) => Promise<void | ActionFailure<Refused>> {
  return (event) => refusing(async () => void (await work(event, await parseForm(event.request, schema))));
}

export const actions = {
  edit: act(EditForm, (event, edit) => editSegment(event.locals.deps, atDesk(event), edit)),
  retime: act(TimesForm, (event, times) => retimeSegment(event.locals.deps, atDesk(event), times)),
  confirm: act(TargetForm, (event, target) => confirmSegment(event.locals.deps, atDesk(event), target)),
  merge: act(TargetForm, (event, target) => mergeSegments(event.locals.deps, atDesk(event), target)),
  translate: act(TranslationForm, (event, edit) => editTranslation(event.locals.deps, atDesk(event), edit)),
  add: act(AddedForm, (event, added) => addSegment(event.locals.deps, atDesk(event), added)),
  import: act(CaptionForm, async (event, { captions, ...form }) =>
    importCaptions(event.locals.deps, atDesk(event), parse(CaptionFile, { ...form, file: await captions.text() }))
  ),
  rename: act(SpeakerRename, (event, rename) => renameSpeaker(event.locals.deps, atDesk(event), rename)),
  redact: act(RedactionForm, (event, redaction) => addRedaction(event.locals.deps, atDesk(event), redaction)),
  remove: act(RedactionRef, (event, ref) => removeRedaction(event.locals.deps, atDesk(event), ref)),
  confirmAll: (event) =>
    refusing(async () => void (await confirmTranscript(event.locals.deps, atDesk(event), { testimonyId: testimonyIn(event) })))
} satisfies Actions;
