import { destroyRecordingFiles } from '#modules/upload/destroy-recording-files.server.ts';
import type { Handler } from '../handler.ts';

export const forgetRecording: Handler<'forget-recording'> = (deps, { recordingId }) => destroyRecordingFiles(deps, recordingId);
