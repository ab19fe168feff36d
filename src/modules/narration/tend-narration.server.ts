import path from 'node:path';
import { checkClean } from '#modules/media/check-clean.server.ts';
import { NO_TRACES } from '#modules/media/no-traces.ts';
import { probeMedia, READ_NOTHING_ELSE } from '#modules/media/probe.server.ts';
import { MediaRefused } from '#modules/media/refusals.ts';
import { soundCoding, timeFor } from '#modules/media/renditions.server.ts';
import { runMediaTool } from '#modules/media/run-media-tool.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { NarrationId } from '#platform/ids.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { givenKey, playedKey } from './add-narration.server.ts';
import { LONGEST_MS } from './schema.ts';

type Parts = Pick<Deps, 'db' | 'env' | 'store'>;
type Row = { id: NarrationId; text_version: number; text_language: string; part: string };

/**
 * Makes a reading fit to be played: checked, encoded anew, without a trace of who made it with what (R29). What it replaces is destroyed.
 * A reading that was taken away meanwhile loses its files. Safe to repeat.
 */
export async function tendNarration(deps: Parts, { narrationId }: { narrationId: NarrationId }, signal: AbortSignal): Promise<void> {
  const row = await asSystem(deps.db, (tx) => findWaiting(tx, narrationId));
  if (!row) return destroyFiles(deps, narrationId);
  if (row.state !== 'waiting') return deps.store.remove(givenKey(narrationId));
  try {
    const made = await makePlayed(deps, narrationId, signal);
    const replaced = await asSystem(deps.db, (tx) => putInPlace(tx, row, made));
    for (const id of replaced ?? [narrationId]) await destroyFiles(deps, id);
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error;
    await asSystem(deps.db, (tx) => refuse(tx, narrationId, error.code));
  }
  await deps.store.remove(givenKey(narrationId));
}

async function findWaiting(tx: Tx, id: NarrationId) {
  return tx
    .selectFrom('narration')
    .select(['id', 'state', 'text_version', 'text_language', 'part'])
    .where('id', '=', id)
    .executeTakeFirst() as Promise<(Row & { state: 'waiting' | 'ready' | 'refused' }) | undefined>;
}

async function makePlayed({ env, store }: Parts, id: NarrationId, signal: AbortSignal) {
  return inWorkFolder(env, async (folder) => {
    const played = path.join(folder, 'played');
    const durationMs = await store.withLocalFile(givenKey(id), async (file) => {
      const facts = await probeMedia(file, signal);
      if (facts.kind !== 'audio') throw new MediaRefused('not_media');
      if (facts.durationMs > LONGEST_MS) throw new MediaRefused('too_long');
      await runMediaTool({
        tool: 'ffmpeg',
        inputs: [file],
        outputs: [played],
        args: ({ inputs: [input], outputs: [output] }) => [
          ...['-nostdin', '-hide_banner', '-nostats', '-v', 'error', '-y', ...READ_NOTHING_ELSE, '-i', input!],
          ...['-map', '0:a:0', ...soundCoding('48k'), '-movflags', '+faststart', ...NO_TRACES, '-f', 'mp4', output!]
        ],
        signal,
        limits: timeFor(facts.durationMs)
      });
      return facts.durationMs;
    });
    await checkClean(played, signal);
    return { media_type: 'audio/mp4', duration_ms: durationMs, ...(await store.putFile(playedKey(id), played)) };
  });
}

/** @returns the readings of the same part that this one takes the place of; null when it was taken away meanwhile */
async function putInPlace(
  tx: Tx,
  { id, text_version, text_language, part }: Row,
  made: { media_type: string; duration_ms: number; bytes: number; sha256: string }
): Promise<NarrationId[] | null> {
  const { numUpdatedRows } = await tx
    .updateTable('narration')
    .set({ state: 'ready', ...made })
    .where('id', '=', id)
    .executeTakeFirst();
  if (!numUpdatedRows) return null;
  const replaced = await tx
    .deleteFrom('narration')
    .where('text_version', '=', text_version)
    .where('text_language', '=', text_language)
    .where('part', '=', part)
    .where('id', '!=', id)
    .where('state', '!=', 'waiting')
    .returning('id')
    .execute();
  return replaced.map((row) => row.id as NarrationId);
}

async function refuse(tx: Tx, id: NarrationId, why: string): Promise<void> {
  await tx.updateTable('narration').set({ state: 'refused', refused_for: why }).where('id', '=', id).execute();
}

async function destroyFiles({ store }: Parts, id: NarrationId): Promise<void> {
  await store.remove(givenKey(id));
  await store.remove(playedKey(id));
}
