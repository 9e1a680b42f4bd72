/** Random operations on a tree, the same ones for the same seed, and what is seen of the tree: for comparing two file systems. */

import * as assert from 'uvu/assert';
import { type Errno, errnoName, isErrno } from '../errno.ts';
import { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, RENAME_EXCHANGE, RENAME_NOREPLACE } from '../flags.ts';
import { S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK } from '../stat.ts';
import type { Process } from './process.ts';

/** A generator of numbers that are the same for the same seed. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

const NAMES = ['a', 'b', 'c', 'd'];

function path(dice: Dice): string {
  return Array.from({ length: 1 + dice.below(3) }, () => dice.of(NAMES)).join('/');
}

function put(process: Process, file: string, text: string, mode: number): void {
  const fd = process.open(file, O_CREAT | O_WRONLY | O_EXCL, mode);
  if (fd < 0) return;
  if (text) process.write(fd, text, 0);
  process.close(fd);
}

/** Fills a lower layer; whatever cannot be made, because of what is there, is left. */
export function fill(process: Process, seed: number, marks: boolean, sockets: boolean): void {
  const dice = new Dice(seed);
  for (const name of NAMES) process.mkdir(name, 0o755);
  for (let count = 0; count < 60; count++) {
    const at = path(dice);
    switch (dice.below(10)) {
      case 0:
      case 1:
      case 2:
        process.mkdir(at, 0o755);
        break;
      case 3:
        process.symlink(dice.of(['a', '../b', 'nowhere', 'c/d']), at);
        break;
      case 4:
        if (sockets) process.mknod(at, S_IFSOCK | 0o640);
        break;
      case 5:
        process.link(path(dice), at);
        break;
      case 6:
        if (marks) process.mknod(at, S_IFCHR, 0, 0);
        break;
      case 7:
        if (marks) process.setxattr(at, 'trusted.overlay.opaque', 'y');
        else process.setxattr(at, 'trusted.test', `value ${seed}`);
        break;
      default:
        put(process, at, `${at} of ${seed} `.repeat(1 + dice.below(400)), dice.of([0o644, 0o600, 0o4755]));
    }
    process.lutimens(at, 10n ** 18n + BigInt(count), 10n ** 18n + BigInt(count) * 1000n);
  }
}

/** One operation on a tree: what it is called, and what it gave. */
export function operate(process: Process, dice: Dice, special: boolean): [string, unknown] {
  const at = path(dice);
  const other = path(dice);
  const text = `text ${dice.below(1000)} `.repeat(1 + dice.below(30));
  const size = dice.below(6000);
  const flags = dice.of([O_CREAT | O_WRONLY, O_CREAT | O_RDWR | O_EXCL, O_WRONLY | O_TRUNC, O_RDWR, O_CREAT | O_WRONLY | O_TRUNC, O_WRONLY | O_APPEND]);
  const how = dice.of(special ? [0, 0, RENAME_NOREPLACE, RENAME_EXCHANGE] : [0, 0, RENAME_NOREPLACE]);
  switch (dice.below(18)) {
    case 0:
    case 1:
    case 2:
      return [`write ${at} ${flags}`, opened(process, at, flags | O_NOFOLLOW, (fd) => (flags & O_APPEND ? process.append(fd, text) : process.write(fd, text, size)))];
    case 3:
      return [`read ${at}`, opened(process, at, O_RDONLY, (fd) => process.read(fd, 65536, 0))];
    case 4:
      return [`read while ${at} is written`, twoSided(process, at, text)];
    case 5:
      return [`mkdir ${at}`, process.mkdir(at, 0o755)];
    case 6:
      return [`rmdir ${at}`, process.rmdir(at)];
    case 7:
    case 8:
      return [`unlink ${at}`, process.unlink(at)];
    case 9:
    case 10:
    case 11:
      return [`rename ${at} ${other} ${how}`, process.rename(at, other, how)];
    case 12:
      return [`link ${at} ${other}`, process.link(at, other)];
    case 13:
      return [`symlink ${at}`, process.symlink(other, at)];
    case 14:
      return [`chmod ${at}`, process.chmod(at, dice.of([0o700, 0o644, 0o4711]))];
    case 15:
      return [`chown ${at}`, process.lchown(at, dice.below(3), dice.below(3))];
    case 16:
      return special ? [`setxattr ${at}`, process.lsetxattr(at, 'trusted.test', text)] : [`truncate ${at}`, process.truncate(at, size)];
    default:
      return [`truncate ${at}`, process.truncate(at, size)];
  }
}

function opened<T>(process: Process, file: string, flags: number, action: (fd: number) => T): T | number {
  const fd = process.open(file, flags, 0o644);
  if (fd < 0) return fd;
  const result = action(fd);
  process.close(fd);
  return result;
}

/** Who has a file open sees what is written to it meanwhile, and keeps it when its name goes. */
function twoSided(process: Process, file: string, text: string): unknown {
  return opened(process, file, O_RDONLY, (fd) => {
    const before = process.read(fd, 100, 0);
    const written = opened(process, file, O_WRONLY, (other) => process.write(other, text, 0));
    const after = process.read(fd, 100, 0);
    const gone = process.unlink(file);
    return [before, written, after, gone, process.read(fd, 100, 0)].join('|');
  });
}

/** What can be seen of a tree, a line for each file; `all` has times and extended attributes, which Node keeps from a host directory. */
export function picture(process: Process, all: boolean, directory = '.'): string[] {
  const fd = process.open(directory, O_RDONLY | O_DIRECTORY);
  const names: string[] = [];
  for (;;) {
    const entries = process.entries(fd);
    if (isErrno(entries)) throw new Error(`${directory}: ${errnoName(entries)}`);
    if (entries.length === 0) break;
    for (const { name, type } of entries as readonly { name: string; type: number }[]) if (name !== '.' && name !== '..') names.push(`${name}/${type}`);
  }
  process.close(fd);
  assert.is(new Set(names).size, names.length, 'a listing has a name twice');
  return names.sort().flatMap((entry) => {
    const [name = '', type] = entry.split('/');
    const file = `${directory}/${name}`;
    const stat = process.lstat(file);
    // The kernel lists the whiteouts of a lower directory that is merged with nothing.
    if (isErrno(stat)) return [];
    const { mode, nlink, uid, gid, size, rdevMajor, rdevMinor, mtime } = stat as Exclude<typeof stat, Errno>;
    const kind = mode & S_IFMT;
    const extended = (all ? (process.listxattr(kind === S_IFREG || kind === S_IFDIR ? file : directory) as string[]) : [])
      .filter((attribute) => attribute === 'trusted.test' || attribute === 'trusted.overlay.opaque')
      .map((attribute) => `${attribute}=${String(process.lgetxattr(file, attribute))}`);
    const content = kind === S_IFREG ? opened(process, file, O_RDONLY, (at) => process.read(at, 65536, 0)) : kind === S_IFLNK ? process.readlink(file) : '';
    const whiteout = kind === S_IFCHR && rdevMajor === 0 && rdevMinor === 0;
    const old = all && kind !== S_IFDIR && mtime < 1_100_000_000n * 1_000_000_000n ? String(mtime) : '';
    const line = whiteout
      ? `${file} whiteout`
      : [file, type, mode.toString(8), nlink, uid, gid, kind === S_IFREG ? size : 0, old, ...extended, String(content)].join(' ');
    return kind === S_IFDIR ? [line, ...picture(process, all, file)] : [line];
  });
}

/** A result as it is compared: errnos by their names. */
export function show(value: unknown): string {
  return isErrno(value) ? errnoName(value) : String(value);
}
