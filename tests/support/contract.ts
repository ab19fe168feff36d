import { describe, it } from 'vitest';

/** One way to serve a port: what its suite needs of it, under a name for people. */
export type Adapter = {
  name: string;
  /** The variable that names a real server; without it our own part is tested. Where it is not set, the suite is skipped and says so. */
  variable?: string;
};

/** What `contract-reporter.ts` counts by. */
export type ContractMeta = { port: string; adapter: string; variable: string | null; skipped: string | null };

declare module 'vitest' {
  interface TaskMeta {
    contract?: ContractMeta;
  }
}

/**
 * A port's contract: one suite, run against every adapter that is there. The run ends with a line for each, `passed N, failed N` or
 * `skipped: VARIABLE not set`, so that nobody takes a server for tested that was not.
 * @param suite declares the tests; it is not called for an adapter that is skipped
 */
export function contract<A extends Adapter>(port: string, adapters: readonly A[], suite: (adapter: A) => void): void {
  for (const adapter of adapters) {
    const { name, variable = null } = adapter;
    const skipped = variable !== null && !process.env[variable] ? `${variable} not set` : null;
    const meta = { contract: { port, adapter: name, variable, skipped } };
    if (skipped) describe(`${port} · ${name}`, { meta }, () => it.skip(`is tested where ${variable} names one`, () => undefined));
    else describe(`${port} · ${name}`, { meta }, () => suite(adapter));
  }
}
