/** A recording gives back what the machine gave: every file of both trees, byte for byte. */

import { type ChildProcess, spawn } from 'node:child_process';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { lookup, open } from '../../fs/operations.ts';
import { O_RDONLY } from '../../fs/flags.ts';
import { Stat } from '../../fs/stat.ts';
import type { Vnode } from '../../fs/vnode.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { HOST_ROOTS } from '../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { encodeEnd, encodeSampleSection, encodeStart } from '../../providers/sources/recorded/encode.ts';
import { OF_PROCESS, OF_THREAD } from '../../providers/sources/recorded/left-out.ts';
import { RecordedSource } from '../../providers/sources/recorded/recorded-source.ts';
import { Recorder } from '../../providers/sources/recorded/recorder.ts';
import { Recording, bytesInMemory } from '../../providers/sources/recorded/recording.ts';
import { FrozenCalls } from './frozen-calls.ts';

/** What docs/recordings.md says is left out. */
const LEFT_OUT = /^\/(?:kcore|kmsg|kpage\w+)$|\/(?:mem|pagemap)$|\/net\/rpc\/[^/]+\/channel$/;

/** Processes, threads and descriptors, which come and go. */
const PASSING = /^\/\d+(?:\/task\/\d+)?(?:\/(?:fd|fdinfo)\/\d+)?$/;

function isGone(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const piece = Buffer.alloc(1 << 17);

/** A file's bytes, or why it has none. */
function content(vnode: Vnode): Buffer {
  const file = open(vnode, O_RDONLY, SUPERUSER);
  if (isErrno(file)) return Buffer.from(`open: ${file}`);
  const pieces: Buffer[] = [];
  for (let at = 0; ; ) {
    const count = file.read ? file.read(piece, 0, piece.length, at, SUPERUSER) : 0;
    if (count < 0) pieces.push(Buffer.from(`read: ${count}`));
    if (count <= 0) break;
    pieces.push(Buffer.from(piece.subarray(0, count)));
    at += count;
  }
  file.release();
  return Buffer.concat(pieces);
}

function names(vnode: Vnode): string {
  const found: string[] = [];
  const error = vnode.list?.(0, { add: (name, _ino, type) => found.push(`${name} ${type}`) > 0 }, SUPERUSER);
  return isErrno(error) ? String(error) : found.sort().join('\n');
}

/** A file's attributes; of a directory that lost entries meanwhile without those that count them. */
function attributes(vnode: Vnode, counts = true): string {
  const stat = new Stat();
  const error = vnode.stat(stat, SUPERUSER);
  return error ? String(error) : [stat.mode, stat.uid, stat.gid, ...(counts ? [stat.nlink, stat.size] : [])].join();
}

/** Compares two trees; what differs is named. */
class Comparison {
  readonly differing: string[] = [];
  files = 0;
  links = 0;
  directories = 0;

  compare(live: Vnode, recorded: Vnode, path: string, without: (path: string) => boolean): void {
    const listed = live.list ? names(live) : '';
    const kept = (list: string): string => list.split('\n').filter((line) => !without(`${path}/${line.slice(0, line.lastIndexOf(' '))}`)).join('\n');
    const isWhole = kept(listed) === listed;
    this.#same(path, 'attributes', attributes(live, isWhole), attributes(recorded, isWhole));
    if (live.readlink) {
      this.links++;
      this.#same(path, 'target', String(live.readlink(SUPERUSER)), String(recorded.readlink?.(SUPERUSER)));
      return;
    }
    if (!live.list) {
      this.files++;
      if (!LEFT_OUT.test(path) && !content(live).equals(content(recorded))) this.differing.push(`${path}: content`);
      return;
    }
    this.directories++;
    this.#same(path, 'names', kept(listed), kept(names(recorded)));
    for (const line of kept(listed).split('\n')) {
      const name = line.slice(0, line.lastIndexOf(' '));
      if (name === '') continue;
      const [a, b] = [lookup(live, name, SUPERUSER), lookup(recorded, name, SUPERUSER)];
      if (isErrno(a) || isErrno(b)) this.#same(`${path}/${name}`, 'look-up', String(isErrno(a) && a), String(isErrno(b) && b));
      else this.compare(a, b, `${path}/${name}`, without);
    }
  }

  #same(path: string, what: string, live: string, recorded: string): void {
    if (live !== recorded) this.differing.push(`${path}: ${what}: ${live.slice(0, 80)} / ${recorded.slice(0, 80)}`);
  }
}

const reason = process.platform !== 'linux' ? 'needs Linux' : undefined;
if (reason !== undefined) console.log(`skipped: ${reason}`);
const here = reason === undefined ? test : test.skip;

here('every file of a recorded machine is as it was on the live one', () => {
  const calls = new FrozenCalls();
  const recorder = new Recorder({ log: true }, HOST_ROOTS, calls);
  const live = new HostSource(HOST_ROOTS, calls);
  try {
    const sample = recorder.sample();
    const header = { recorder: 'test', time: Date.now(), architecture: process.arch, redacted: false };
    const bytes = Buffer.concat([encodeStart(header), encodeSampleSection(0, sample) ?? Buffer.alloc(0), encodeEnd()]);
    const recorded = new RecordedSource(new Recording(bytesInMemory(bytes)));
    const present = new Set(sample.map(({ path }) => path));
    // Of a process or thread that ended meanwhile nothing is recorded, nor of a descriptor that was closed; and what we have open ourselves changes as we look.
    const without = (path: string): boolean => path === `/${process.pid}` || (PASSING.test(path) && !present.has(`proc${path}`) && isGone(`/proc${path}`));
    const [proc, sys] = [new Comparison(), new Comparison()];
    proc.compare(linprocfs(live, DEFAULT_OPTIONS).root, linprocfs(recorded, DEFAULT_OPTIONS).root, '', without);
    sys.compare(linsysfs(live).root, linsysfs(recorded).root, '', () => false);
    for (const [name, { files, links, directories, differing }] of [['proc', proc], ['sys', sys]] as const)
      console.log(`${name}: ${files} files, ${links} links, ${directories} directories; ${differing.length} differ`);
    assert.equal([...proc.differing, ...sys.differing], []);
    assert.ok(proc.files > 1000);
    recorded.dispose();
  } finally {
    live.dispose();
    recorder.dispose();
  }
});

/** What is not read, and what other processes change that share memory with one that stands still. */
const MOVING = /^(?:mem|pagemap|clear_refs|oom_score|smaps|smaps_rollup|numa_maps)$/;

/** A process with several threads that stands still. */
async function stoppedProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', "setInterval(() => {}, 1e6); console.log('ready')"], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGSTOP');
  const isStopped = (): boolean =>
    readdirSync(`/proc/${child.pid}/task`).every((id) => / T /.test(readFileSync(`/proc/${child.pid}/task/${id}/stat`, 'latin1')));
  while (!isStopped()) await new Promise((resolve) => setImmediate(resolve));
  return child;
}

function kernelText(path: string): string {
  try {
    // How long the scheduler's clock takes is measured anew each time; signals are counted for all processes of a user, and memory is taken back from a process that stands still.
    return lstatSync(path).isFile() ? readFileSync(path, 'latin1').replace(/^(?:clock-delta|SigQ|VmRSS|VmSwap|Rss\w+).*$/gm, '') : '';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

here('what is recorded once for all threads is alike in the kernel', async () => {
  const child = await stoppedProcess();
  try {
    const directory = `/proc/${child.pid}`;
    const threads = readdirSync(`${directory}/task`);
    assert.ok(threads.length > 1);
    const differing: string[] = [];
    for (const id of threads) {
      for (const name of OF_PROCESS) {
        if (MOVING.test(name)) continue;
        if (kernelText(`/proc/${id}/${name}`) !== kernelText(`${directory}/${name}`)) differing.push(`${id}/${name}`);
      }
      for (const name of readdirSync(`${directory}/task/${id}`)) {
        if (OF_THREAD.has(name) || MOVING.test(name)) continue;
        if (kernelText(`/proc/${id}/${name}`) !== kernelText(`${directory}/task/${id}/${name}`)) differing.push(`task/${id}/${name}`);
      }
    }
    assert.equal(differing, []);
  } finally {
    child.kill('SIGKILL');
  }
});

test.run();
