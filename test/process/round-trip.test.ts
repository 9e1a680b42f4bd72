import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { type FileSpec, type NodeSpec, dir } from '../../fs/generated/spec.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import { attr } from '../../providers/linprocfs/process/attr.ts';
import { filesAfterLinks, filesBeforeLinks } from '../../providers/linprocfs/process/files.ts';
import type { TaskView } from '../../providers/model/task.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';

/** How often a file is compared that changes while it is. */
const ATTEMPTS = 20;
/** What never stands still, not even for a stopped process. */
const RESTLESS = ['sched', 'arch_status'];
/** What has no text to compare. */
const TEXTLESS = ['mem', 'pagemap', 'clear_refs', 'attr'];

let child: ChildProcess | undefined;

test.after(() => void child?.kill('SIGKILL'));

function textFiles(whole: boolean): [string, NodeSpec<TaskView>][] {
  const labels = [...attr().entries].filter(([, spec]) => !('entries' in spec)).map(([name, spec]) => [`attr/${name}`, spec] as const);
  const { entries } = dir(0, { ...filesBeforeLinks(whole), ...filesAfterLinks(whole), ...Object.fromEntries(labels) });
  return [...entries].filter(([name]) => !TEXTLESS.includes(name) && !RESTLESS.includes(name));
}

/** A file of the kernel's as a byte string, or why it cannot be read. */
function kernelText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  }
}

function ourText(spec: NodeSpec<TaskView>, task: TaskView): string | undefined {
  const out = new TextWriter();
  const error = (spec as FileSpec<TaskView>).fill(out, task, SUPERUSER, true) || 0;
  return isErrno(error) ? undefined : out.toString();
}

/** Compares every text file of a directory of threads or processes; returns how many it could compare. */
function compare(source: HostSource, directory: string, id: number, whole: boolean): number {
  let compared = 0;
  for (const [name, spec] of textFiles(whole)) {
    const path = `${directory}/${id}/${name}`;
    let difference: { readonly ours: string; readonly theirs: string } | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const theirs = kernelText(path);
      source.invalidate();
      const task = source.view().task(id);
      const ours = task && ourText(spec, task);
      if (ours === theirs) {
        difference = undefined;
        compared++;
        break;
      }
      // What we may not read, or what has changed meanwhile, says nothing. Others may share pages for a moment only.
      if (ours !== undefined && theirs === kernelText(path)) difference = { ours, theirs };
    }
    if (difference) assert.is(difference.ours, difference.theirs, path);
  }
  return compared;
}

function numbers(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

const linux = process.platform === 'linux';
if (!linux) console.log('skipped: the oracle is a Linux kernel');
const onLinux = linux ? test : test.skip;

onLinux('the files of a stopped process of many threads are parsed and written to the same bytes', async () => {
  // Node has several threads from the start.
  child = spawn(process.execPath, ['-e', 'console.log(); setInterval(() => {}, 1e9)'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child?.stdout?.once('data', resolve));
  const pid = child.pid as number;
  child.kill('SIGSTOP');
  const source = new HostSource();
  try {
    const threads = numbers(`/proc/${pid}/task`);
    assert.ok(threads.length > 1);
    while (!threads.every((id) => readFileSync(`/proc/${pid}/task/${id}/stat`, 'latin1').includes(') T '))) await new Promise(setImmediate);
    assert.ok(compare(source, '/proc', pid, true) > 30);
    for (const id of threads) assert.ok(compare(source, `/proc/${pid}/task`, id, false) > 25);
  } finally {
    source.dispose();
  }
});

onLinux('the files of every process of this machine are parsed and written to the same bytes', () => {
  const source = new HostSource();
  try {
    let compared = 0;
    for (const id of numbers('/proc')) {
      // This one is doing the comparing.
      if (id !== process.pid) compared += compare(source, '/proc', id, true);
    }
    assert.ok(compared > 100);
  } finally {
    source.dispose();
  }
});

test.run();
