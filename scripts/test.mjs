// `npm test`: installs what the tests need, runs every stage even if one failed, and ends with one line of sums.
// Plain JavaScript, so that any Node from 18 on can begin it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildWhenChanged } from './build.mjs';
import { ARCHIVE_PARTS, installSystemParts, TEST_PARTS } from './debian.mjs';
import { installPackages, newNode, packagesAreInstalled, ROOT, withNodeFirst } from './node22.mjs';
import { installSpeechEngine } from './speech.mjs';

const RESULTS = path.join(ROOT, 'test-results');
const say = (line) => process.stdout.write(`${line}\n`);
const bin = (name) => path.join(ROOT, 'node_modules', name);

const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];

/** Adds one stage to the sums; a stage that ends badly without a failed test of its own counts as one failure. */
function count(stage, { passed = 0, failed = 0, skipped = 0 }, seconds) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  summary.push(
    `${failed ? 'FAILED' : 'passed'}  ${stage} (${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}; ${seconds} s)`
  );
}

/**
 * Runs one stage with our terminal; `read` turns its report into numbers where it has one. Whatever it leaves running is ended
 * with it, and one that wrote its report but does not end is ended too: a leaked child must not hold up the rest.
 */
async function stage(name, command, args, { env, read, reportFile, minutes = 10 } = {}) {
  say(`\n── ${name} ──`);
  const began = Date.now();
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env, detached: true });
    running = child.pid;
    const end = () => endGroup(child.pid, 'SIGKILL');
    const late = setTimeout(() => {
      say(`${name} took longer than ${minutes} minutes and was ended.`);
      // First with the chance to stop what it started.
      endGroup(child.pid, 'SIGTERM');
      setTimeout(end, 30_000).unref();
    }, minutes * 60_000);
    const watch = setInterval(() => {
      if (reportFile && writtenBefore(path.join(RESULTS, reportFile), 45_000)) end();
    }, 5_000);
    const over = (status) => {
      clearTimeout(late);
      clearInterval(watch);
      end();
      resolve(status);
    };
    child.on('error', (error) => {
      say(error.message);
      over(1);
    });
    // No code: we ended it, and its report says how it went.
    child.on('exit', (status) => over(status ?? (reportFile && existsSync(path.join(RESULTS, reportFile)) ? 0 : 1)));
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const numbers = read?.() ?? { passed: code === 0 ? 1 : 0 };
  if (code !== 0 && !numbers.failed) numbers.failed = 1;
  count(name, numbers, seconds);
}

/** A stage leads a group of its own, which a Ctrl-C in the terminal does not reach by itself. */
let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    endGroup(running, 'SIGTERM');
    setTimeout(() => process.exit(130), 15_000);
  });
}

function endGroup(leader, signal) {
  try {
    if (leader) process.kill(-leader, signal);
  } catch {
    // Nothing of it is left.
  }
}

const writtenBefore = (file, ms) => existsSync(file) && Date.now() - statSync(file).mtimeMs > ms;

/** A report that a test runner wrote, or null when it died before. */
function report(file, numbersOf) {
  const full = path.join(RESULTS, file);
  if (!existsSync(full)) return { failed: 1 };
  return numbersOf(JSON.parse(readFileSync(full, 'utf8')));
}

const vitestNumbers = () =>
  report('vitest.json', (json) => ({
    passed: json.numPassedTests,
    failed: json.numFailedTests + json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length,
    skipped: json.numPendingTests + json.numTodoTests
  }));

/** Which contracts were kept by which adapters, and which real servers nobody named. */
function tellContracts() {
  const file = path.join(RESULTS, 'contracts.json');
  if (!existsSync(file)) return;
  const results = JSON.parse(readFileSync(file, 'utf8'));
  say('\nContracts:');
  for (const { told } of results) say(`  ${told}`);
  const servers = results.filter(({ variable, skipped }) => variable && !skipped);
  const named = servers.map(({ port, adapter, variable }) => `${port} · ${adapter} (${variable})`);
  say(`Real servers tested: ${named.join(', ') || 'none'}.`);
}

const journeyNumbers = () =>
  report('journeys.json', ({ stats, errors }) => {
    if (stats.flaky) say(`${stats.flaky} of these passed only at the second try; they are named above.`);
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
  });

try {
  if (!packagesAreInstalled()) installPackages(say);
  const node = newNode();
  const system = installSystemParts([...ARCHIVE_PARTS, ...TEST_PARTS], say);
  if (system.how) say(`Missing for some tests: ${system.missing.map((part) => part.for).join(', ')}. To get it:\n  ${system.how}`);

  // Shared by all runs on this machine: the speech engine is 600 MB.
  const cache = process.env.SAWT_TEST_CACHE ?? path.join(os.tmpdir(), 'sawt-test-cache');
  mkdirSync(cache, { recursive: true });
  await installSpeechEngine(cache, say);

  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS);
  const env = { ...withNodeFirst(node), SAWT_TEST_CACHE: cache, SAWT_CONTRACTS_REPORT: path.join(RESULTS, 'contracts.json') };
  const run = (name, script, args, more) => stage(name, node, [bin(script), ...args], { env, ...more });

  await stage('svelte-kit sync', node, [bin('@sveltejs/kit/svelte-kit.js'), 'sync'], { env });
  await run('eslint', 'eslint/bin/eslint.js', ['.']);
  await run('stylelint', 'stylelint/bin/stylelint.mjs', ['src/**/*.{css,svelte}', '--allow-empty-input']);
  await run('prettier', 'prettier/bin/prettier.cjs', ['--check', '.', '--log-level', 'warn']);
  await run('layers', 'dependency-cruiser/bin/dependency-cruiser.mjs', ['--config', '.dependency-cruiser.cjs', 'src']);
  await run('types', 'svelte-check/bin/svelte-check', ['--tsconfig', './tsconfig.json', '--fail-on-warnings']);
  await run(
    'units, SQL and contracts',
    'vitest/vitest.mjs',
    [
      'run',
      '--reporter=default',
      '--reporter=json',
      '--reporter=./tests/support/contract-reporter.ts',
      '--outputFile.json=test-results/vitest.json'
    ],
    {
      read: vitestNumbers,
      reportFile: 'vitest.json',
      minutes: 35
    }
  );

  say('\n── build ──');
  const began = Date.now();
  let built = true;
  try {
    buildWhenChanged(node, say);
  } catch (error) {
    built = false;
    say(error.message);
  }
  count('build', built ? { passed: 1 } : { failed: 1 }, ((Date.now() - began) / 1000).toFixed(1));
  await run('journeys', '@playwright/test/cli.js', ['test'], { read: journeyNumbers, reportFile: 'journeys.json', minutes: 35 });
} catch (error) {
  say(`\n${error instanceof Error ? error.message : error}`);
  total.failed += 1;
}

say(`\n${summary.join('\n')}`);
tellContracts();
say('');
process.exitCode = total.failed ? 1 : 0;
say(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
