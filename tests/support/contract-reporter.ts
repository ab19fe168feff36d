import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';
import type { ContractMeta } from './contract.ts';

/** How an adapter of a port did. `failed` counts also what could not run because something before it failed. */
export type ContractResult = ContractMeta & { passed: number; failed: number };
/** With the line that tells of it. */
export type ContractTold = ContractResult & { told: string };

/** Says at the end of a run, for each adapter of each port, how its contract went; `SAWT_CONTRACTS_REPORT` names a file for it too. */
export default class ContractReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const found = modules.flatMap((module) => [...module.children.allSuites()].flatMap(resultOf)).toSorted(byPort);
    const results = found.map((result): ContractTold => ({ ...result, told: lineOf(result) }));
    if (!results.length) return;
    console.log(`\nContracts\n${results.map(({ told }) => `  ${told}`).join('\n')}`);
    const file = process.env.SAWT_CONTRACTS_REPORT;
    if (file) writeFileSync(file, JSON.stringify(results));
  }
}

/** Suites within an adapter's suite carry the same meta: only the outermost counts. */
function resultOf(suite: TestSuite): ContractResult[] {
  const { contract } = suite.meta();
  if (!contract || (suite.parent.type === 'suite' && suite.parent.meta().contract)) return [];
  const result = { ...contract, passed: 0, failed: 0 };
  for (const test of suite.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') result.passed += 1;
    else if (state === 'failed' || test.options.mode === 'run') result.failed += 1;
  }
  return [result];
}

const byPort = (one: ContractResult, other: ContractResult) =>
  one.port.localeCompare(other.port) || Number(one.variable !== null) - Number(other.variable !== null);

function lineOf({ port, adapter, passed, failed, skipped }: ContractResult): string {
  return `${port} · ${adapter}: ${skipped ? `skipped: ${skipped}` : `passed ${passed}, failed ${failed}`}`;
}
