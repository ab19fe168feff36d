import type { Environment } from 'vitest/runtime';

/** Node, but modules are compiled as for the browser: Svelte's server build has no reactive state to test. */
export default {
  name: 'runes',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined })
} satisfies Environment;
