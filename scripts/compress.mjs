import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const WORTH_IT = /\.(js|css|html|svg|json|wasm|webmanifest)$/;
/** Below this the packing weighs more than it saves (bytes). */
const TINY = 200;

/** Above this brotli takes minutes on a small server: gzip alone (bytes). */
const BROTLI_UP_TO = 2_000_000;

/** Writes `.gz` and `.br` beside the files of a folder that become smaller by it; the web server sends those. */
export function compressFolder(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !WORTH_IT.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    if (content.length < TINY) continue;
    writeFileSync(`${file}.gz`, gzipSync(content, { level: content.length > BROTLI_UP_TO ? 6 : 9 }));
    if (content.length > BROTLI_UP_TO) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }));
  }
}
