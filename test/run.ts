/**
 * Runs every test file, each in a process of its own with a time limit, two at a time. A file that runs no test has
 * failed. Arguments choose files by a part of their path; `--slow` adds the suites of *.slow.ts, which need programs or
 * time that not every machine has. The last line counts: `N passed, N failed, N skipped`.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detachTestMounts } from './support/mounts.ts';

/** For what hangs: a machine that is slow and busy takes several times what an idle one does. */
const LIMIT_SECONDS = 240;
const SLOW_LIMIT_SECONDS = 600;
/** How long what a test left running may keep its output open. */
const ORPHAN_SECONDS = 10;
const JOBS = 2;

interface Outcome {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
  readonly milliseconds: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set<ChildProcess>();

/** The test files of the sources, so that stale output is never run. */
function testFiles(directory: string, suffixes: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'dist', '.git'].includes(entry.name)) found.push(...testFiles(path, suffixes));
    } else if (suffixes.some((suffix) => entry.name.endsWith(suffix))) {
      found.push(relative(root, path));
    }
  }
  return found.sort();
}

function run(file: string): Promise<Outcome> {
  const script = join(root, 'dist', file.replace(/\.ts$/, '.js'));
  const limit = file.endsWith('.slow.ts') ? SLOW_LIMIT_SECONDS : LIMIT_SECONDS;
  const started = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  running.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, limit * 1000);
    let leftRunning = false;
    child.on('exit', () => {
      const orphans = setTimeout(() => {
        leftRunning = true;
        child.stdout.destroy();
        child.stderr.destroy();
      }, ORPHAN_SECONDS * 1000);
      child.on('close', () => clearTimeout(orphans));
    });
    child.on('close', (status) => {
      clearTimeout(timer);
      running.delete(child);
      // Whatever the file left running goes with it.
      killGroup(child);
      const count = (name: string): number => Number(new RegExp(`^\\s*${name}:\\s+(\\d+)`, 'm').exec(output)?.[1] ?? 0);
      const total = count('Total');
      const passed = count('Passed');
      const skipped = count('Skipped');
      let failed = total - passed;
      let note = '';
      if (late) note = `no end after ${limit} s`;
      else if (total + skipped === 0) note = 'ran no test';
      else if (leftRunning) note = 'left a process running that has its output open';
      else if (status !== 0 && failed === 0) note = `exit status ${status}`;
      if (note) {
        failed++;
        output += `\n${file}: ${note}\n`;
      }
      resolve({ file, passed, failed, skipped, output, milliseconds: performance.now() - started });
    });
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

const words = process.argv.slice(2);
const chosen = words.filter((word) => !word.startsWith('--'));
const suffixes = words.includes('--slow-only') ? ['.slow.ts'] : words.includes('--slow') ? ['.test.ts', '.slow.ts'] : ['.test.ts'];
const files = testFiles(root, suffixes).filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of running) killGroup(child);
    detachTestMounts();
    process.exit(1);
  });
}

const totals = { passed: 0, failed: 0, skipped: 0 };
const queue = [...files];
async function worker(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const outcome = await run(file);
    totals.passed += outcome.passed;
    totals.failed += outcome.failed;
    totals.skipped += outcome.skipped;
    const mark = outcome.failed ? 'FAIL' : 'ok';
    console.log(`${mark.padEnd(5)}${file} (${outcome.passed} in ${Math.round(outcome.milliseconds)} ms)`);
    if (outcome.skipped) console.log(outcome.output.match(/^skipped: .*$/gm)?.join('\n') ?? '');
    if (outcome.failed) console.log(outcome.output);
  }
}
await Promise.all(Array.from({ length: JOBS }, worker));
detachTestMounts();
if (files.length === 0) {
  console.log('no test file matches');
  totals.failed++;
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed ? 1 : 0);
