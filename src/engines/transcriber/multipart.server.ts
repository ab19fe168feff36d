import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';

/** Some servers look at a file's ending to choose a decoder; the name itself says nothing. */
const ENDING = /^\.(wav|flac|mp3|m4a|mp4|ogg|opus|webm|mka|mkv|mov|aac)$/;

/** A form (RFC 7578) with fields and one file, which is streamed from disk. */
export async function fileForm(fields: readonly (readonly [name: string, value: string])[], filePath: string) {
  const { size } = await stat(filePath);
  const boundary = `sawt-${randomBytes(16).toString('hex')}`;
  const extension = path.extname(filePath).toLowerCase();
  const name = `recording${ENDING.test(extension) ? extension : ''}`;
  const parts = fields.map(([field, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`);
  const opening = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const head = Buffer.from(parts.join('') + opening);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);

  async function* content() {
    yield head;
    if (size > 0) yield* createReadStream(filePath, { end: size - 1 });
    yield tail;
  }
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + size + tail.length)
    },
    body: Readable.from(content(), { objectMode: false })
  };
}
