/** Every file of a network namespace full of everything, compared with the kernel's byte by byte. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, lstatSync, openSync, readFileSync, readdirSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, EINVAL, ENOENT, EPERM, isErrno } from '../../fs/errno.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { ProcTree, list, lookup, open } from './tree-access.ts';

const SOURCE = fileURLToPath(new URL('../../../test/network/namespace.c', import.meta.url));
/** How often a file that changes is looked at before it counts as different. */
const ROUNDS = 50;

/** Why there is no namespace to compare; undefined where there is one. */
function reasonNotTo(): string | undefined {
  if (process.platform !== 'linux') return 'the oracle is a Linux kernel';
  if (process.getuid?.() !== 0) return 'needs root, to make a network namespace';
  if (spawnSync('cc', ['--version'], { stdio: 'ignore' }).status !== 0) return 'needs a C compiler';
  return spawnSync('ip', ['-V'], { stdio: 'ignore' }).status === 0 ? undefined : 'needs ip(8)';
}

interface Namespace {
  readonly id: number;
  /** A thread of it that is in another namespace. */
  readonly threadId: number;
  readonly directory: string;
  readonly child: ChildProcess;
}

async function startNamespace(): Promise<Namespace> {
  const directory = temporaryDirectory();
  const program = join(directory, 'namespace');
  const compiled = spawnSync('cc', ['-O1', '-pthread', '-o', program, SOURCE], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  const child = spawn(program, [directory], { stdio: ['pipe', 'pipe', 'inherit'] });
  let threadId = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') break;
    threadId = Number(line.replace('thread ', ''));
  }
  return { id: child.pid as number, threadId, directory, child };
}

async function stopNamespace({ child, directory }: Namespace): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.stdin?.end();
  await ended;
  removeDirectory(directory);
}

/** A path that is a byte string, for the file system calls. */
function bytes(path: string): Buffer {
  return Buffer.from(path, 'latin1');
}

/** All paths below a directory of the kernel's /proc, files and directories. */
function pathsBelow(directory: string, prefix = ''): string[] {
  return readdirSync(bytes(`${directory}/${prefix}`), { withFileTypes: true, encoding: 'latin1' }).flatMap((entry) => {
    const path = `${prefix}${entry.name}`;
    return entry.isDirectory() ? [path, ...pathsBelow(directory, `${path}/`)] : [path];
  });
}

/** What becomes of writing to a file: `open` if not even that succeeds, or an errno's name. */
function writes(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(bytes(path), 'r+');
  } catch {
    return 'open';
  }
  try {
    return String(writeSync(descriptor, 'x\n'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    closeSync(descriptor);
  }
}

/** What is left of a socket's timer that runs. */
const TIME_LEFT = /( 0[1-4]:)[0-9A-F]{8}(?= )/g;

const reason = reasonNotTo();
if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
  test.skip('a network namespace reads as the kernel writes it', () => {});
} else {
  const namespace = await startNamespace();
  const proc = new ProcTree();
  const root = `/proc/${namespace.id}/net`;
  const paths = pathsBelow(root);
  const files = paths.filter((path) => !lstatSync(bytes(`${root}/${path}`)).isDirectory());

  test('the same names, in the same order', () => {
    for (const directory of ['', ...paths.filter((path) => !files.includes(path))]) {
      const kernel = spawnSync('ls', ['-fA', `${root}/${directory}`], { encoding: 'latin1' }).stdout.split('\n').filter(Boolean);
      assert.equal(proc.names(`${namespace.id}/net/${directory}`), kernel, `net/${directory}`);
    }
  });

  test('the same attributes', () => {
    for (const path of ['', ...paths]) {
      const kernel = lstatSync(bytes(`${root}/${path}`));
      const ours = proc.stat(`${namespace.id}/net/${path}`);
      assert.ok(!isErrno(ours), path);
      for (const field of ['mode', 'nlink', 'uid', 'gid', 'size', 'blksize'] as const) {
        assert.is(ours[field], kernel[field], `net/${path} ${field}`);
      }
    }
  });

  for (const path of files) {
    test(`net/${path} reads as the kernel writes it`, () => {
      let before = readFileSync(bytes(`${root}/${path}`), 'latin1');
      for (let round = 1; ; round++) {
        proc.refresh();
        const ours = proc.read(`${namespace.id}/net/${path}`);
        const after = readFileSync(bytes(`${root}/${path}`), 'latin1');
        if (ours === before || ours === after) return;
        if (before === after) assert.is(ours, after);
        if (round === ROUNDS) {
          // Timers that run at a different pace may never be seen at rest.
          assert.is(ours.replace(TIME_LEFT, '$1'), after.replace(TIME_LEFT, '$1'));
          return;
        }
        before = after;
      }
    });
  }

  test('the tables are not empty', () => {
    const rows = (path: string): number => readFileSync(bytes(`${root}/${path}`), 'latin1').split('\n').length - 1;
    const least: Readonly<Record<string, number>> = {
      tcp: 10, tcp6: 10, udp: 4, udp6: 4, raw: 4, raw6: 4, icmp: 2, unix: 15, packet: 4, netlink: 10,
      arp: 4, route: 8, ipv6_route: 15, if_inet6: 5, igmp: 10, igmp6: 10, mcfilter: 4, mcfilter6: 4, dev_mcast: 8,
    };
    const there = Object.entries(least).filter(([path]) => files.includes(path));
    const thin = there.filter(([path, count]) => rows(path) < count).map(([path]) => path);
    if (thin.length > 0) console.log(`this machine makes less of ${thin.join(', ')}`);
    // Not every kernel has every sort of device and socket.
    assert.ok(thin.length <= there.length / 2, thin.join(', '));
  });

  test('files are opened and written as the kernel lets them be', () => {
    for (const path of files) {
      if (path.startsWith('xt_recent/')) continue;
      assert.is(proc.writes(`${namespace.id}/net/${path}`), writes(`${root}/${path}`), path);
    }
  });

  test('who is not root may not read what is for root', () => {
    const nobody = new FixedCaller({ uid: 65534, gid: 65534 });
    for (const path of files) {
      const ours = open(proc, `${namespace.id}/net/${path}`, nobody);
      const { mode } = lstatSync(bytes(`${root}/${path}`));
      assert.is(isErrno(ours) ? ours : 0, mode & 4 ? 0 : EACCES, path);
    }
  });

  test('a namespace that is left is seen no more', () => {
    assert.is(proc.names(`${process.pid}/net/dev_snmp6`).toString().includes('a-long-device0'), false);
    assert.ok(proc.names(`${namespace.id}/net/dev_snmp6`).includes('a-long-device0'));
    assert.is(lookup(proc, `${namespace.id}/net/dev_snmp6/none`, SUPERUSER), ENOENT);
  });

  test('a thread shows the namespace that it is in', () => {
    const { id, threadId } = namespace;
    for (const path of [`${id}/task/${threadId}/net`, `${threadId}/net`]) {
      const kernel = readFileSync(`/proc/${path}/dev`, 'latin1');
      assert.is(proc.read(`${path}/dev`), kernel);
      assert.is(kernel.split('\n').length, 4, 'it has no device but loopback');
    }
    assert.is.not(proc.read(`${id}/task/${id}/net/dev`), proc.read(`${threadId}/net/dev`));
  });

  test('attributes of the files change for as long as the mount lasts, those of the directory do not', () => {
    const directory = lookup(proc, `${namespace.id}/net`, SUPERUSER);
    const file = lookup(proc, `${namespace.id}/net/dev`, SUPERUSER);
    assert.ok(!isErrno(directory) && !isErrno(file));
    assert.is(directory.setattr?.({ mode: 0o700 }, SUPERUSER), EPERM);
    assert.is(file.setattr?.({ mode: 0o600, uid: 7 }, SUPERUSER), 0);
    const changed = proc.stat(`${namespace.id}/net/dev`);
    assert.ok(!isErrno(changed));
    assert.is(changed.mode & 0o7777, 0o600);
    assert.is(changed.uid, 7);
  });

  test('a zombie is in no namespace', async () => {
    // The child ends when nobody is left who would wait for it.
    const shell = spawn('sh', ['-c', 'exec 3<&0; (read line) <&3 & echo $!; exec sleep 100'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const until = async (file: string, text: RegExp): Promise<void> => {
      while (!text.test(readFileSync(file, 'latin1'))) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    try {
      let id = 0;
      for await (const line of createInterface({ input: shell.stdout })) {
        id = Number(line);
        break;
      }
      await until(`/proc/${shell.pid}/comm`, /^sleep$/m);
      shell.stdin.end();
      await until(`/proc/${id}/status`, /^State:\tZ/m);
      proc.refresh();
      assert.is(lookup(proc, `${id}/net/dev`, SUPERUSER), ENOENT);
      assert.is(list(proc, `${id}/net`, SUPERUSER), EINVAL);
      const attributes = proc.stat(`${id}/net`);
      assert.ok(!isErrno(attributes));
      assert.is(attributes.nlink, lstatSync(`/proc/${id}/net`).nlink);
    } finally {
      shell.kill('SIGKILL');
    }
  });

  test.after(() => stopNamespace(namespace));
}

test.run();
