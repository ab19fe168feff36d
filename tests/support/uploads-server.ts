/**
 * A process that only takes uploads and gives public media, for what must be killed or measured: `node uploads-server.ts '{"kind":"ours",…}'`.
 * Says its port on standard output. `bare` is @tus/server as it comes; `bare-durable` the same with one fsync before it answers.
 */
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { openDeps } from '#engines/engines.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { uploadsHandler } from '#modules/upload/uploads-handler.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { openQueue } from '#platform/jobs.server.ts';
import { testEnv } from './telling.ts';

export type Wanted = {
  kind: 'ours' | 'bare' | 'bare-durable';
  webUrl: string;
  dataDir: string;
  port?: number;
  /** Where `ours` keeps media, where it is not the disk. */
  variables?: Partial<Env>;
};

const wanted = JSON.parse(process.argv[2]!) as Wanted;
const folder = path.join(wanted.dataDir, 'uploads');

class FlushedFileStore extends FileStore {
  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const after = await super.write(readable, id, offset);
    const handle = await open(path.join(folder, id), 'r+');
    await handle.sync();
    await handle.close();
    return after;
  }
}

async function listener(): Promise<RequestListener> {
  if (wanted.kind === 'ours') {
    const db = openDatabase(wanted.webUrl, 4);
    await openQueue(db);
    const env = { ...testEnv({ webUrl: wanted.webUrl, dataDir: wanted.dataDir }), ...wanted.variables };
    const deps = openDeps(env, db);
    const handler = uploadsHandler(deps);
    const media = async (req: IncomingMessage, res: ServerResponse) => {
      const id = req.url!.split('/').at(-1)!;
      const readers = { account: null, contributor: null };
      const answer = await serveMedia(deps, readers, { kind: 'publications', id }, new Request(`http://archive${req.url!}`));
      res.writeHead(answer.status, Object.fromEntries(answer.headers));
      res.end(Buffer.from(await answer.arrayBuffer()));
    };
    return (req, res) => void (req.url!.startsWith('/media/publications/') ? media(req, res) : handler(req, res));
  }
  const Store = wanted.kind === 'bare' ? FileStore : FlushedFileStore;
  const tus = new Server({ path: '/uploads', datastore: new Store({ directory: folder }), relativeLocation: true });
  return (req, res) => void tus.handle(req, res);
}

const answer = await listener();
const server = createServer((req, res) => {
  // What the process holds in memory, for the bench.
  if (req.url === '/rss') return res.end(String(process.memoryUsage.rss()));
  return answer(req, res);
});
server.listen(wanted.port ?? 0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
