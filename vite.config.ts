import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** The script of the page that records: it stands alone, without Kit's router (docs/decisions/0080-…). The page knows its name. */
const recordScript: Plugin = {
  name: 'record-script',
  apply: 'build',
  applyToEnvironment: ({ config }) => !config.build.ssr,
  buildStart() {
    this.emitFile({
      type: 'chunk',
      id: fileURLToPath(new URL('./src/routes/[lang=locale]/(contributor)/tell/record/record.ts', import.meta.url)),
      fileName: '_app/immutable/entry/record.js'
    });
  }
};

export default defineConfig({
  plugins: [sveltekit(), recordScript],
  // ffmpeg.wasm starts its own module worker; pre-bundling breaks the path to it.
  optimizeDeps: { exclude: ['@ffmpeg/ffmpeg'] },
  worker: { format: 'es' }
});
