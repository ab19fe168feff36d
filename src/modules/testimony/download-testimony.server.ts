import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';

/**
 * A person's own testimony as one zip: each recording bit for bit, what was written down of it, what they wrote, and every version of
 * their answers. Streamed from the store: no more of it than a few buffers is ever in memory. Breaks off, rather than end as if it were
 * whole, where the store fails on the way.
 */
export async function downloadTestimony({ db, store }: Pick<Deps, 'db' | 'store'>, actor: Contributor): Promise<Readable> {
  const { recordings, texts } = await asActor(db, actor, async (tx) => {
    await recordEvent(tx, actor.testimonyId, 'downloaded_by_person');
    return { recordings: await recordingsOf(tx), texts: await textsOf(tx) };
  });
  const zip = new ZipFile();
  const out = zip.outputStream as Readable;
  zip.on('error', (error) => out.destroy(error as Error));
  for (const [name, text] of texts) zip.addBuffer(Buffer.from(text), name);
  for (const recording of recordings) addFromStore(zip, out, store, recording);
  zip.end();
  return out;
}

type Stored = { key: string; name: string; bytes: number };

/** Opened only when its turn comes; closed with the zip when somebody stops downloading. Media does not get smaller by deflating. */
function addFromStore(zip: ZipFile, out: Readable, store: MediaStore, { key, name, bytes }: Stored): void {
  zip.addReadStreamLazy(name, { compress: false, size: bytes }, (give) => {
    store.open(key).then(
      (stream) => {
        const stop = () => stream.destroy();
        out.once('close', stop);
        stream.once('close', () => out.off('close', stop));
        if (out.destroyed) stop();
        give(null, stream);
      },
      (error) => out.destroy(error as Error)
    );
  });
}

async function recordingsOf(tx: Tx): Promise<Stored[]> {
  const rows = await tx
    .selectFrom('recording')
    .select(['position', 'media_type', 'bytes', 'store_key'])
    .where('store_key', 'is not', null)
    .where('state', 'in', ['received', 'verified'])
    .orderBy('position')
    .execute();
  return rows.map(({ position, media_type, bytes, store_key }) => ({
    key: store_key!,
    name: `recordings/${position}.${/^\w+\/(?:x-)?([a-z0-9]+)/.exec(media_type)?.[1] ?? 'bin'}`,
    bytes: Number(bytes)
  }));
}

/** In a fixed order, so that whoever opens the zip finds the same names in each. */
async function textsOf(tx: Tx): Promise<[name: string, text: string][]> {
  const statement = await tx.selectFrom('statement').select('body').executeTakeFirst();
  const passages = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .leftJoin('recording as r', 'r.id', 't.recording_id')
    .select(['r.position as recording', 't.language', 's.start_ms', 's.end_ms', 's.speaker', 's.text', 's.machine_text', 's.provenance'])
    .orderBy('r.position', (order) => order.asc().nullsLast())
    .orderBy('s.position')
    .execute();
  const answers = await tx.selectFrom('consent').selectAll().orderBy('version').execute();
  const asked = await tx.selectFrom('consent_text').select(['version', 'language', 'body', 'sha256']).execute();
  const consents = answers.map(({ id: _, testimony_id: __, ...answer }) => ({
    ...answer,
    asked: asked.find(({ version, language }) => version === answer.text_version && language === answer.text_language)
  }));
  return [
    ['consent.json', JSON.stringify(consents, null, 2)],
    ['transcript.json', JSON.stringify(passages, null, 2)],
    ['transcript.txt', passages.map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text)).join('\n\n')],
    ...(statement ? ([['statement.txt', statement.body]] as [string, string][]) : [])
  ];
}
