import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

const common = {
  environment: 'node',
  testTimeout: 90_000,
  hookTimeout: 180_000,
  restoreMocks: true
} as const;

/**
 * unit: beside the code, real parts (a cloned database where one is needed). sql: the rules that Postgres itself holds.
 * contract: one suite per port against every adapter that is there. runes: classes with Svelte's reactive state.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tests/support/contract-reporter.ts'],
    globalSetup: ['tests/cluster.ts'],
    // Two cores: more forks than that only wait for each other, and the speech engine has to answer in time.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        plugins: [sveltekit()],
        test: { ...common, name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'], exclude: ['src/**/*.svelte.test.ts'] }
      },
      {
        extends: true,
        plugins: [sveltekit()],
        resolve: { conditions: ['browser'] },
        test: { ...common, name: 'runes', include: ['src/**/*.svelte.test.ts'], environment: './tests/runes-environment.ts' }
      },
      { extends: true, test: { ...common, name: 'sql', include: ['tests/sql/**/*.test.ts', 'supabase/tests/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          ...common,
          name: 'contract',
          include: ['tests/contract/**/*.test.ts', 'tests/faults/**/*.test.ts'],
          // After the others and one by one: whole processes are killed and timed here, and need the machine for themselves.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          // A machine that stands still for a moment is no broken promise; one that is broken fails twice.
          retry: 1,
          testTimeout: 180_000,
          hookTimeout: 300_000
        }
      }
    ]
  }
});
