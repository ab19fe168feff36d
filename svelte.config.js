import { existsSync } from 'node:fs';
import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { compressFolder } from './scripts/compress.mjs';

/**
 * The adapter with our own compression: Kit's spends minutes of brotli on the wasm core.
 * @param {import('@sveltejs/kit').Adapter} node
 * @returns {import('@sveltejs/kit').Adapter}
 */
function compressing(node) {
  const compress = { value: async (/** @type {string} */ folder) => existsSync(folder) && compressFolder(folder) };
  return { ...node, adapt: (builder) => node.adapt(Object.create(builder, { compress })) };
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  kit: {
    adapter: compressing(adapter({ precompress: true })),
    // The list of routes stays here: it weighs 3 kB on a contributor's page, and names the desk's pages to everyone.
    router: { resolution: 'server' },
    // Only a phone that keeps a recording gets one: src/modules/recorder/shell.ts.
    serviceWorker: { register: false },
    // Everything is denied, then what the pages need from this very host is named. Kit adds the nonces.
    csp: {
      mode: 'nonce',
      directives: {
        'default-src': ['none'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'style-src': ['self'],
        // Kit's own route announcer carries one style attribute; this is its hash and lets no other through.
        'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'img-src': ['self', 'data:', 'blob:'],
        'font-src': ['self'],
        'media-src': ['self', 'blob:'],
        'connect-src': ['self', 'blob:'],
        'worker-src': ['self', 'blob:'],
        'manifest-src': ['self'],
        'form-action': ['self'],
        'frame-ancestors': ['none'],
        'base-uri': ['none']
      }
    }
  }
};
