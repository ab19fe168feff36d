import { createHash, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { answerConsent } from '#modules/consent/answer-consent.server.ts';
import { QUESTIONS } from '#modules/consent/rules.ts';
import { TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import { beginTestimony } from '#modules/testimony/begin-testimony.server.ts';
import { confirmReceipt } from '#modules/testimony/confirm-receipt.server.ts';
import { makeReceipt } from '#modules/testimony/make-receipt.server.ts';
import { SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import { submitTestimony } from '#modules/testimony/submit-testimony.server.ts';
import { writeStatement } from '#modules/testimony/write-statement.server.ts';
import type { Contributor } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import type { SampleTestimony } from './testimonies.ts';
import { record, type RecordingFile } from './voices.ts';

export type Told = { actor: Contributor; receipt: string[] | null; times: RecordingFile['times'] };

/** Everything a contributor does, from the first answer to handing over; a draft stops before the receipt. */
export async function tell(deps: Deps, sample: SampleTestimony, folder: string, name: string): Promise<Told> {
  const textLanguage = sample.language === 'ar' ? 'ar' : 'en';
  const { testimonyId, cookie } = await beginTestimony(deps, { language: sample.language });
  const actor: Contributor = { kind: 'contributor', testimonyId };
  for (const question of QUESTIONS) {
    await answerConsent(deps, actor, { question, answer: sample.refused?.[question] ?? 'yes', textVersion: TEXT_VERSION, textLanguage });
  }
  const recording = sample.told === 'written' ? null : await record(sample, folder, name);
  if (recording) await send(deps, { actor, cookie }, recording);
  else await writeStatement(deps, actor, { body: sample.said.join('\n\n') });
  const times = recording?.times ?? [];
  if (sample.end === 'draft') return { actor, receipt: null, times };

  const receipt = await makeReceipt(deps, actor, textLanguage);
  await confirmReceipt(deps, actor, receipt.join(' '));
  await submitTestimony(deps, actor);
  return { actor, receipt, times };
}

/** Through `/uploads`, as a browser sends it. */
async function send(
  deps: Deps,
  { actor, cookie }: { actor: Contributor; cookie: string },
  { file, kind, mediaType }: RecordingFile
): Promise<void> {
  const { size } = await stat(file);
  const bytes = await readFile(file);
  const id = randomUUID() as RecordingId;
  await announceRecording(deps, actor, { id, kind, mediaType, bytes: size, sha256: createHash('sha256').update(bytes).digest('hex') });

  const own = { 'tus-resumable': '1.0.0', cookie: `${SESSION_COOKIE}=${cookie}`, origin: deps.env.ORIGIN };
  const local = `http://127.0.0.1:${deps.env.PORT}`;
  const created = await fetch(`${local}/uploads`, {
    method: 'POST',
    headers: { ...own, 'upload-length': String(size), 'upload-metadata': `recording ${Buffer.from(id).toString('base64')}` }
  });
  if (!created.ok) throw new Error(`The upload was not begun: ${created.status} ${await created.text()}`);
  const sent = await fetch(new URL(created.headers.get('location')!, `${local}/uploads`), {
    method: 'PATCH',
    headers: { ...own, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes
  });
  if (!sent.ok) throw new Error(`The upload did not arrive: ${sent.status} ${await sent.text()}`);
}
