/**
 * `npm run soak`: sixteen programs at once read, list and walk our /proc while processes come and go. No request may fail
 * and nothing may grow. `--seconds N` says how long (60); the exit status is 1 when something was wrong.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contenders } from './contenders.ts';
import { buildNative } from './native.ts';
import { formatTable } from './table.ts';

const MAIN = fileURLToPath(new URL('../mounts/cli/main.cjs', import.meta.url));
const CLIENTS = 16;
/** What the clients read, in turn. */
const FILES: readonly string[] = ['stat', 'meminfo', 'self/status', '1/stat', 'self/maps', 'net/dev', 'sys/kernel/osrelease', 'self/smaps'];
/** How much more the server may hold at the end than after three fifths of the time. */
const GROWTH_MIB = 20;
const GROWTH_DESCRIPTORS = 64;
const GROWTH_NODES = 2000;

/** What a server holds. */
interface Holdings {
  readonly requests: number;
  readonly residentMib: number;
  readonly descriptors: number;
  readonly openFiles: number;
  readonly nodes: number;
}

/** The parts of `compatfs status --json` that are looked at. */
interface MountStatus {
  readonly target: string;
  readonly requests: number;
  readonly openFiles: number;
  readonly nodes: number;
}

const { seconds: text } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } }).values;
const seconds = Number(text);
const directory = mkdtempSync(join(tmpdir(), 'compatfs-soak-'));
const contenders = new Contenders(directory);
const children: ChildProcess[] = [];
const complaints: string[] = [];

function holdings(pid: number, target: string): Holdings {
  const status = execFileSync(process.execPath, [MAIN, 'status', '--json'], { encoding: 'utf8' });
  const { mounts } = JSON.parse(status) as { readonly mounts: readonly MountStatus[] };
  const mount = mounts.find((each) => each.target === target);
  return {
    requests: mount?.requests ?? 0,
    residentMib: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    openFiles: mount?.openFiles ?? 0,
    nodes: mount?.nodes ?? 0,
  };
}

/** Starts a program that must end well by itself. */
function start(command: string, words: readonly string[]): Promise<void> {
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      if (status !== 0) complaints.push(`${command} ${words.join(' ')}: ${errors.trim() || `exit status ${status}`}`);
      resolve();
    });
  });
}

try {
  const client = buildNative('client', directory) as string;
  const ours = contenders.ours();
  const pid = ours?.process?.pid;
  if (!ours || pid === undefined) throw new Error(contenders.missing.join('; '));
  const rows: Holdings[] = [holdings(pid, ours.path)];
  const parts = 5;
  for (let part = 0; part < parts; part++) {
    const length = seconds / parts;
    const clients = Array.from({ length: CLIENTS }, (_each, index) =>
      start(client, ['flood', `${ours.path}/${FILES[index % FILES.length]}`, String(length)]),
    );
    // Scans of all processes, each by a process of its own: so processes come and go meanwhile.
    const scans = `end=$(($(date +%s) + ${Math.ceil(length)})); while [ $(date +%s) -lt $end ]; do ${client} scan ${ours.path} 2 || exit 1; done`;
    clients.push(start('sh', ['-c', scans]));
    await Promise.all(clients);
    rows.push(holdings(pid, ours.path));
  }
  console.log(
    formatTable([
      ['seconds', 'requests', 'MiB resident', 'descriptors', 'open files', 'nodes'],
      ...rows.map((row, index) => [
        String(Math.round((seconds * index) / parts)),
        String(row.requests),
        row.residentMib.toFixed(1),
        String(row.descriptors),
        String(row.openFiles),
        String(row.nodes),
      ]),
    ]),
  );
  // By the middle everything that is kept has been opened.
  const [, , , early, , late] = rows;
  if (early && late) {
    if (late.residentMib - early.residentMib > GROWTH_MIB) complaints.push('memory grows');
    if (late.descriptors - early.descriptors > GROWTH_DESCRIPTORS) complaints.push('descriptors grow');
    if (late.nodes - early.nodes > GROWTH_NODES) complaints.push('nodes grow');
    if (late.openFiles > 0) complaints.push('files stay open');
  }
} finally {
  for (const child of children) child.kill();
  contenders.stop();
  rmSync(directory, { recursive: true, force: true });
}
for (const complaint of complaints) console.log(complaint);
console.log(complaints.length ? `${complaints.length} complaints` : 'no request failed and nothing grew');
process.exit(complaints.length ? 1 : 0);
