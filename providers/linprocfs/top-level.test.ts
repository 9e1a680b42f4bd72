/**
 * The files at the top of /proc against this machine's own: a copy of the kernel's files is parsed and printed again, and
 * must come out as it went in, byte for byte, the volatile ones too.
 */

import { spawnSync } from 'node:child_process';
import { type Dirent, accessSync, closeSync, constants, lstatSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import { O_NONBLOCK, O_RDONLY } from '../../fs/flags.ts';
import type { GeneratedTree } from '../../fs/generated/tree.ts';
import { open } from '../../fs/operations.ts';
import { find, listNames, readWhole, statOf } from '../../test/support/tree-reader.ts';
import { ENOENT, isErrno } from '../../fs/errno.ts';
import { S_IFDIR, S_IFMT } from '../../fs/stat.ts';
import { HostSource } from '../sources/linux-host/host-source.ts';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { DEFAULT_OPTIONS } from './options.ts';
import { linprocfs } from './tree.ts';

const linux = process.platform === 'linux';

/** What is not a text about the machine: processes, namespaces, parameters, and what reading would consume or wait for. */
const LEFT_OUT = /^(?:\d+|self|thread-self|net|sys|mounts|kmsg|kcore|kpage.*)$/;

/** Directories in which drivers and modules put what they like; what the kernel itself puts there has golden texts. */
const OF_DRIVERS = /^(?:|acpi|bus|driver|fs|fs\/.*|scsi|tty\/driver)$/;

/** A pipe-like or huge file is not read further than this. */
const LIMIT = 64 << 20;

function readHost(path: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const pieces: Buffer[] = [];
    for (let total = 0; total < LIMIT; ) {
      const piece = Buffer.alloc(1 << 16);
      const count = readSync(descriptor, piece, 0, piece.length, null);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      total += count;
    }
  } catch {
    // Not readable for us.
  } finally {
    closeSync(descriptor);
  }
  return undefined;
}

/** What is in a directory; nothing for who may not look. */
function listed(path: string): Dirent[] {
  return mayList(path) ? readdirSync(path, { withFileTypes: true }) : [];
}

function mayList(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Copies what there is below a directory of /proc and returns the paths of the files, relative to it. */
function copy(from: string, to: string, below = ''): string[] {
  mkdirSync(join(to, below), { recursive: true });
  const paths: string[] = [];
  for (const { name } of listed(join(from, below))) {
    if (below === '' && LEFT_OUT.test(name)) continue;
    const path = join(below, name);
    const type = lstatSync(join(from, path));
    if (type.isDirectory()) {
      paths.push(...copy(from, to, path));
    } else if (type.isFile()) {
      const bytes = readHost(join(from, path));
      if (!bytes) continue;
      writeFileSync(join(to, path), bytes, { mode: type.mode & 0o777 });
      paths.push(path);
    }
  }
  return paths;
}

const scratch = linux ? temporaryDirectory() : '';
test.after(() => {
  if (scratch) removeDirectory(scratch);
});

if (!linux) console.log('skipped: only Linux has a /proc to compare with');
const onLinux = linux ? test : test.skip;

onLinux('every file comes out of the model as it went in', () => {
  const paths = copy('/proc', scratch);
  const source = new HostSource({ proc: `${scratch}/`, sys: '/sys/' });
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const different: string[] = [];
  for (const path of paths) {
    const text = readWhole(tree, path);
    if (text === readFileSync(join(scratch, path), 'latin1')) continue;
    if (text === ENOENT && OF_DRIVERS.test(dirname(path).replace(/^\.$/, ''))) continue;
    different.push(isErrno(text) ? `${path}: errno ${text}` : path);
  }
  source.dispose();
  assert.equal(different, []);
});

/** What the kernel tells of a file but its times, and the link counts that go with processes. */
function metadata(path: string): string {
  const { mode, uid, gid, size, blksize, nlink } = lstatSync(path);
  return `${mode.toString(8)} ${uid}:${gid} ${size} ${blksize} ${nlink}`;
}

/** How many directories of the kernel's, each of which is a link to the one above, are not in ours and need not be. */
function lackedBy(tree: GeneratedTree, path: string): number {
  if (!OF_DRIVERS.test(path)) return 0;
  const names = listNames(tree, path);
  const directories = listed(join('/proc', path)).filter((entry) => entry.isDirectory());
  return isErrno(names) ? 0 : directories.filter(({ name }) => !names.includes(name)).length;
}

onLinux('names, types, modes, owners, sizes and link counts are the kernel\'s', () => {
  const source = new HostSource();
  const tree = linprocfs(source, DEFAULT_OPTIONS);
  const different: string[] = [];
  const unknown: string[] = [];
  const compare = (below: string): void => {
    const names = listNames(tree, below);
    if (isErrno(names)) {
      different.push(`${below}: errno ${names}`);
      return;
    }
    const ours = new Set(names);
    for (const { name } of listed(join('/proc', below))) {
      const path = join(below, name);
      if (below === '' && /^(?:\d+|self|thread-self|net|sys)$/.test(name)) continue;
      if (!ours.delete(name)) {
        if (OF_DRIVERS.test(below)) unknown.push(path);
        else different.push(`${path}: missing`);
        continue;
      }
      const stat = statOf(tree, path);
      if (isErrno(stat)) {
        different.push(`${path}: errno ${stat}`);
        continue;
      }
      const directory = (stat.mode & S_IFMT) === S_IFDIR;
      const links = stat.nlink + (directory ? lackedBy(tree, path) : 0);
      const told = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.size} ${stat.blksize} ${links}`;
      const wanted = metadata(join('/proc', path));
      if (told !== wanted) different.push(`${path}: ${told}, not ${wanted}`);
      // Who is not root may not look into every directory, and neither may the source.
      if (directory && mayList(join('/proc', path))) compare(path);
    }
    for (const name of ours) if (below !== '' || !/^(?:\d+|self|thread-self|net|sys)$/.test(name)) different.push(`${below}/${name}: too much`);
  };
  compare('');
  source.dispose();
  if (unknown.length > 0) console.log(`not rendered: ${unknown.join(', ')}`);
  assert.equal(different, []);
});

/** Makes the keyring of whoever runs it (keyctl(2): KEYCTL_GET_KEYRING_ID of KEY_SPEC_USER_KEYRING), and shows what there is. */
const MAKE_KEYRING = 'exit(syscall(250, 0, -4, 1) < 0)';

function keysOf(uid: number): string | undefined {
  const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
  const done = spawnSync('sh', ['-c', '"$@" perl -e "$0" && "$@" cat /proc/keys', MAKE_KEYRING, ...user], { encoding: 'latin1' });
  return done.status === 0 && done.stdout.includes('_uid.') ? done.stdout : undefined;
}

const nobodysKeys = linux && process.arch === 'x64' && process.getuid?.() === 0 ? keysOf(65534) : undefined;
if (nobodysKeys === undefined) console.log('skipped: no keyrings can be made for another user');

(nobodysKeys === undefined ? test.skip : test)("a user is shown the user's own keys, which root may not view", () => {
  const source = new HostSource();
  const ours = readWhole(linprocfs(source, DEFAULT_OPTIONS), 'keys', new FixedCaller({ uid: 65534, gid: 65534 }));
  source.dispose();
  assert.ok(!isErrno(ours));
  const names = (text: string): string[] => text.split('\n').filter((line) => line.includes('_uid')).map((line) => line.replace(/(Q--- ) *\d+/, '$1'));
  assert.equal(names(ours as string), names(nobodysKeys ?? ''));
});

/** What dmesg reads through syslog(2), which gives the same text as /proc/kmsg and takes nothing from there. */
function kernelLog(): string | undefined {
  const done = spawnSync('dmesg', ['-S', '-r'], { encoding: 'latin1', maxBuffer: 64 << 20 });
  return done.status === 0 ? done.stdout : undefined;
}

const logged = linux ? kernelLog() : undefined;
if (logged === undefined) console.log('skipped: dmesg cannot read the log');

(logged === undefined ? test.skip : test)('the log reads as the kernel prints it', () => {
  const source = new HostSource();
  const vnode = find(linprocfs(source, DEFAULT_OPTIONS), 'kmsg');
  const file = isErrno(vnode) ? vnode : open(vnode, O_RDONLY | O_NONBLOCK, SUPERUSER);
  if (isErrno(file)) throw new Error(`errno ${file}`);
  const piece = Buffer.alloc(8192);
  let text = '';
  for (;;) {
    const count = file.read?.(piece, 0, piece.length, 0, SUPERUSER) ?? 0;
    if (count < 0) break;
    text += piece.toString('latin1', 0, count);
  }
  file.release();
  source.dispose();
  // Records may come and go between the two, and syslog(2) gives only as many bytes as the kernel's buffer has, the last ones.
  const printed = (logged ?? '').split('\n');
  const theirs = new Set(printed);
  const all = text.split('\n');
  const lines = all.slice(Math.max(0, all.indexOf(printed[0] ?? '')));
  const strange = lines.filter((line) => !theirs.has(line));
  assert.ok(lines.length > 1);
  assert.ok(strange.length < 20, strange.slice(0, 5).join('\n'));
});

test.run();
