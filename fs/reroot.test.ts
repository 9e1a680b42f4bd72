/**
 * The look-up with two roots, case by case, by our rules and by FreeBSD's. The tree of the cases has the alternate one at
 * /compat/linux; `is` is where a file was found or made: `alt`, `base`, or an errno.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AlternateRoot, FixedCaller, SUPERUSER as root } from './caller.ts';
import { EACCES, EEXIST, EISDIR, ELOOP, ENOENT, ENOTDIR, ENOTEMPTY, EXDEV, type Errno, errnoName, isErrno } from './errno.ts';
import * as files from './file-operations.ts';
import { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_PATH, O_RDONLY, O_RDWR, O_WRONLY, RENAME_EXCHANGE, RENAME_NOREPLACE, RESOLVE_BENEATH, RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS, AT_SYMLINK_NOFOLLOW } from './flags.ts';
import { defaultTmpfsOptions } from './memory/options.ts';
import { Tmpfs } from './memory/tmpfs.ts';
import { pathName } from './path-name.ts';
import type { Place } from './place.ts';
import { reRootedDirectory } from './reroot.ts';
import { Stat } from './stat.ts';
import { Vfs } from './vfs.ts';
import type { OpenFile } from './vnode.ts';

const ALT = '/compat/linux';

function ok<T>(value: T | Errno): T {
  if (isErrno(value)) throw new Error(`unexpected ${errnoName(value)}`);
  return value;
}

function memory(): Tmpfs {
  return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
}

function put(vfs: Vfs, path: string, text: string): void {
  const file = ok(vfs.open(path, O_CREAT | O_WRONLY, 0o644, root)) as OpenFile;
  files.write(file, Buffer.from(text), 0, text.length, 0, root);
  file.release();
}

/** What is in each tree; a link is written with an arrow, a directory with a slash. */
const TREE: readonly string[] = [
  'etc/', 'etc/both', 'etc/base-only', 'etc/sub/', 'etc/sub/f', 'usr/', 'usr/lib/', 'usr/lib/libc', 'home/', 'home/f', 'file', 'dir-or-file/', 'dir-or-file/f', 'tmp/', 'secret/', 'secret/f',
  'base-link -> /etc/both', 'base-relative -> etc/base-only', 'loop -> /loop', 'outside',
  `${ALT}/etc/`, `${ALT}/etc/both`, `${ALT}/etc/alt-only`, `${ALT}/usr/`, `${ALT}/tmp/`, `${ALT}/dir-or-file`, `${ALT}/secret/`,
  `${ALT}/to-both -> /etc/both`, `${ALT}/to-base -> /usr/lib/libc`, `${ALT}/lib -> /usr/lib`, `${ALT}/relative -> etc/alt-only`,
  `${ALT}/relative-base -> etc/base-only`, `${ALT}/up -> ../outside`, `${ALT}/dangling -> /etc/nothing`, `${ALT}/to-file -> /file`,
  ...Array.from({ length: 30 }, (_value, index) => `${ALT}/chain${index} -> /chain${index + 1}`), 'chain30 -> /chain31',
  ...Array.from({ length: 30 }, (_value, index) => `chain${index + 31} -> /chain${index + 32}`), 'chain61',
  ...Array.from({ length: 10 }, (_value, index) => `${ALT}/short${index} -> /short${index + 1}`), 'short10 -> /etc/base-only',
];

class Setting {
  readonly vfs = new Vfs(memory());
  readonly alternate: AlternateRoot | undefined;

  constructor(freebsd: boolean, change: Partial<AlternateRoot> = {}) {
    const { vfs } = this;
    for (const directory of ['/compat', ALT]) vfs.mkdir(directory, 0o755, root);
    for (const entry of TREE) {
      const [name = '', target] = entry.split(' -> ');
      const path = name.startsWith('/') ? name : `/${name}`;
      if (target !== undefined) ok(vfs.symlink(target, path, root));
      else if (path.endsWith('/')) ok(vfs.mkdir(path, 0o755, root));
      else put(vfs, path, path.startsWith(ALT) ? 'alt' : 'base');
    }
    vfs.chmod(`${ALT}/secret`, 0o700, 0, root);
    this.alternate = { place: ok(vfs.find(ALT, 0, root)) as Place, ...(freebsd && { freebsd }), ...change };
  }

  /** A program in a directory, which is found as it finds it. */
  program(cwd?: string, uid = 0): FixedCaller {
    const { alternate } = this;
    const identity = { uid, gid: uid, umask: 0, ...(alternate && { alternateRoot: alternate }) };
    const first = new FixedCaller(identity);
    return cwd === undefined ? first : new FixedCaller({ ...identity, cwd: ok(this.vfs.chdir(cwd, first)) as Place });
  }

  /** Which tree a place is in, and its path there. */
  where(place: Place): string {
    const { path } = pathName(this.vfs.mounts, place);
    return path === ALT || path.startsWith(`${ALT}/`) ? `alt:${path.slice(ALT.length) || '/'}` : `base:${path}`;
  }

  open(path: string, flags: number, { cwd, uid, resolve = 0, from }: { cwd?: string; uid?: number; resolve?: number; from?: string } = {}): string {
    const program = this.program(cwd, uid);
    const place = from === undefined ? undefined : (ok(this.vfs.find(from, 0, program)) as Place);
    const file = this.vfs.open(path, flags, 0o644, program, place, resolve);
    if (isErrno(file)) return errnoName(file);
    const found = this.where((file as OpenFile).place as Place);
    file.release();
    return found;
  }

  find(path: string, flags = 0, cwd?: string): string {
    const place = this.vfs.find(path, flags, this.program(cwd));
    return isErrno(place) ? errnoName(place) : this.where(place);
  }

  /** Where something was made, or why not. */
  made(error: Errno | 0, ...paths: readonly string[]): string {
    if (error) return errnoName(error);
    return paths.filter((path) => !isErrno(this.vfs.find(path, AT_SYMLINK_NOFOLLOW, root))).join(' ');
  }
}

interface Case {
  readonly title: string;
  readonly run: (setting: Setting) => unknown;
  readonly ours: unknown;
  /** Absent: the same. */
  readonly freebsd?: unknown;
}

const [enoent, eexist, exdev, eacces, enotdir, eloop, eisdir, enotempty] = [ENOENT, EEXIST, EXDEV, EACCES, ENOTDIR, ELOOP, EISDIR, ENOTEMPTY].map(errnoName);

const CASES: readonly Case[] = [
  // Looking up.
  { title: 'a file of both trees', run: (s) => s.open('/etc/both', O_RDONLY), ours: 'alt:/etc/both' },
  { title: 'a file of the alternate tree alone', run: (s) => s.open('/etc/alt-only', O_RDONLY), ours: 'alt:/etc/alt-only' },
  { title: 'a file of the real tree alone', run: (s) => s.open('/etc/base-only', O_RDONLY), ours: 'base:/etc/base-only' },
  { title: 'a file of neither', run: (s) => s.open('/etc/none', O_RDONLY), ours: enoent },
  { title: 'a directory of the real tree alone', run: (s) => s.open('/usr/lib/libc', O_RDONLY), ours: 'base:/usr/lib/libc' },
  { title: 'the root is the alternate one', run: (s) => s.find('/'), ours: 'alt:/' },
  { title: 'a path into the alternate tree by its real name', run: (s) => s.open(`${ALT}/etc/both`, O_RDONLY), ours: 'alt:/etc/both' },
  { title: 'EACCES does not lead on', run: (s) => s.open('/secret/f', O_RDONLY, { uid: 1000 }), ours: eacces },
  { title: 'ENOENT behind what root may search does', run: (s) => s.open('/secret/f', O_RDONLY), ours: 'base:/secret/f' },
  { title: 'ENOTDIR does not lead on', run: (s) => s.open('/dir-or-file/f', O_RDONLY), ours: enotdir },
  {
    title: 'ENOTDIR leads on by option',
    run: () => new Setting(false, { fallsBackOnFile: true }).open('/dir-or-file/f', O_RDONLY),
    ours: 'base:/dir-or-file/f',
  },

  // `..`
  { title: '.. at the root', run: (s) => s.open('/../../etc/both', O_RDONLY), ours: 'alt:/etc/both' },
  { title: '.. does not leave the alternate tree', run: (s) => s.find('..', 0, '/'), ours: 'alt:/' },
  { title: '.. from the root to what is beside the tree', run: (s) => s.open('../linux/etc/alt-only', O_RDONLY, { cwd: '/' }), ours: enoent, freebsd: 'alt:/etc/alt-only' },
  { title: '.. from a directory of the alternate tree to the real one', run: (s) => s.open('../outside', O_RDONLY, { cwd: '/etc' }), ours: 'base:/outside', freebsd: enoent },
  { title: '.. from a directory of the real tree', run: (s) => s.open('../outside', O_RDONLY, { cwd: '/home' }), ours: 'base:/outside' },

  // Relative paths.
  { title: 'relative, in the alternate tree', run: (s) => s.open('both', O_RDONLY, { cwd: '/etc' }), ours: 'alt:/etc/both' },
  { title: 'relative, from the alternate tree to the real one', run: (s) => s.open('base-only', O_RDONLY, { cwd: '/etc' }), ours: 'base:/etc/base-only', freebsd: enoent },
  { title: 'relative, in a directory of the real tree alone', run: (s) => s.open('f', O_RDONLY, { cwd: '/home' }), ours: 'base:/home/f' },
  { title: 'beside a directory descriptor', run: (s) => s.open('both', O_RDONLY, { from: '/etc' }), ours: 'alt:/etc/both' },
  { title: 'beside a directory descriptor, in the real tree', run: (s) => s.open('base-only', O_RDONLY, { from: '/etc' }), ours: 'base:/etc/base-only', freebsd: enoent },
  { title: 'an absolute path does not look at the descriptor', run: (s) => s.open('/etc/base-only', O_RDONLY, { from: '/home' }), ours: 'base:/etc/base-only' },
  { title: 'the empty path', run: (s) => s.open('', O_RDONLY, { cwd: '/etc' }), ours: enoent },
  {
    title: 'relative, from a directory that was removed',
    run(s) {
      s.vfs.mkdir(`${ALT}/gone`, 0o755, root);
      s.vfs.mkdir('/gone', 0o755, root);
      put(s.vfs, '/gone/f', 'base');
      const program = s.program('/gone');
      s.vfs.rmdir(`${ALT}/gone`, root);
      return errnoName(s.vfs.open('f', O_RDONLY, 0, program) as Errno);
    },
    ours: enoent,
  },

  // chdir and getcwd.
  { title: 'chdir to the root', run: (s) => s.where(s.program('/').cwd as Place), ours: 'alt:/' },
  { title: 'chdir to what both have', run: (s) => s.where(s.program('/etc').cwd as Place), ours: 'alt:/etc' },
  { title: 'chdir to what the real tree has', run: (s) => s.where(s.program('/home').cwd as Place), ours: 'base:/home' },
  { title: 'getcwd in the alternate tree', run: (s) => cwdOf(s, '/etc'), ours: '/etc', freebsd: `${ALT}/etc` },
  { title: 'getcwd at its root', run: (s) => cwdOf(s, '/'), ours: '/', freebsd: ALT },
  { title: 'getcwd in the real tree', run: (s) => cwdOf(s, '/home'), ours: '/home' },
  { title: 'back to what getcwd told', run: (s) => s.where(s.program(cwdOf(s, '/etc')).cwd as Place), ours: 'alt:/etc' },

  // Links.
  { title: 'an absolute link to what both have', run: (s) => s.open('/to-both', O_RDONLY), ours: 'alt:/etc/both', freebsd: 'base:/etc/both' },
  { title: 'an absolute link to what the real tree has', run: (s) => s.open('/to-base', O_RDONLY), ours: 'base:/usr/lib/libc' },
  { title: 'an absolute link on the way', run: (s) => s.open('/lib/libc', O_RDONLY), ours: 'base:/usr/lib/libc' },
  { title: 'a relative link in the alternate tree', run: (s) => s.open('/relative', O_RDONLY), ours: 'alt:/etc/alt-only' },
  { title: 'a relative link to what the real tree has', run: (s) => s.open('/relative-base', O_RDONLY), ours: enoent },
  { title: 'a link that climbs does not leave the tree', run: (s) => s.open('/up', O_RDONLY), ours: enoent },
  { title: 'an absolute link of the real tree', run: (s) => s.open('/base-link', O_RDONLY), ours: 'alt:/etc/both', freebsd: 'base:/etc/both' },
  { title: 'a relative link of the real tree', run: (s) => s.open('/base-relative', O_RDONLY), ours: 'base:/etc/base-only' },
  { title: 'a link that leads nowhere', run: (s) => s.open('/dangling', O_RDONLY), ours: enoent },
  { title: 'a link itself', run: (s) => s.find('/to-both', AT_SYMLINK_NOFOLLOW), ours: 'alt:/to-both' },
  { title: 'a link with a slash behind it', run: (s) => s.find('/lib/', AT_SYMLINK_NOFOLLOW), ours: 'base:/usr/lib' },
  { title: 'a link to a file with a slash behind it', run: (s) => s.find('/to-file/'), ours: enotdir },
  { title: 'a loop', run: (s) => s.open('/loop', O_RDONLY), ours: eloop },
  { title: 'links are counted across the trees: ten', run: (s) => s.open('/short0', O_RDONLY), ours: 'base:/etc/base-only', freebsd: enoent },
  { title: 'links are counted across the trees: sixty', run: (s) => s.open('/chain0', O_RDONLY), ours: eloop, freebsd: enoent },

  // Making files.
  { title: 'O_CREAT of a new file in what both have', run: (s) => s.open('/etc/new', O_CREAT | O_RDWR), ours: 'alt:/etc/new' },
  { title: 'O_CREAT of a new file in what the real tree has', run: (s) => s.open('/home/new', O_CREAT | O_RDWR), ours: 'base:/home/new' },
  { title: 'O_CREAT on a file of the real tree', run: (s) => s.open('/etc/base-only', O_CREAT | O_RDWR), ours: 'base:/etc/base-only', freebsd: 'alt:/etc/base-only' },
  { title: 'O_CREAT on a file of the alternate tree', run: (s) => s.open('/etc/both', O_CREAT | O_RDWR), ours: 'alt:/etc/both' },
  { title: 'O_EXCL on a file of the real tree', run: (s) => s.open('/etc/base-only', O_CREAT | O_EXCL | O_RDWR), ours: eexist, freebsd: 'alt:/etc/base-only' },
  { title: 'O_CREAT where nobody has the directory', run: (s) => s.open('/none/new', O_CREAT | O_RDWR), ours: enoent },
  { title: 'O_CREAT, relative', run: (s) => s.open('new', O_CREAT | O_RDWR, { cwd: '/etc' }), ours: 'alt:/etc/new' },
  { title: 'O_CREAT, relative, on a file of the real tree', run: (s) => s.open('base-only', O_CREAT | O_RDWR, { cwd: '/etc' }), ours: 'base:/etc/base-only', freebsd: 'alt:/etc/base-only' },
  { title: 'O_CREAT through a link to what the real tree has', run: (s) => s.open('/to-base', O_CREAT | O_RDWR), ours: 'base:/usr/lib/libc' },
  { title: 'O_CREAT through a link to what nobody has', run: (s) => s.open('/dangling', O_CREAT | O_RDWR), ours: 'alt:/etc/nothing', freebsd: 'base:/etc/nothing' },
  { title: 'O_CREAT and O_NOFOLLOW on a link', run: (s) => s.open('/dangling', O_CREAT | O_NOFOLLOW | O_RDWR), ours: eloop },
  { title: 'O_CREAT and O_EXCL on a link', run: (s) => s.open('/dangling', O_CREAT | O_EXCL | O_RDWR), ours: eexist },
  { title: 'O_CREAT on a loop', run: (s) => s.open('/loop', O_CREAT | O_RDWR), ours: eloop, freebsd: 'alt:/loop' },
  { title: 'O_CREAT on a directory', run: (s) => s.open('/etc', O_CREAT | O_RDWR), ours: eisdir },
  { title: 'mkdir', run: (s) => s.made(s.vfs.mkdir('/etc/d', 0o755, s.program()), '/etc/d', `${ALT}/etc/d`), ours: `${ALT}/etc/d` },
  { title: 'mkdir of what the real tree has', run: (s) => s.made(s.vfs.mkdir('/etc/sub', 0o755, s.program()), `${ALT}/etc/sub`), ours: eexist, freebsd: `${ALT}/etc/sub` },
  { title: 'mkdir in what the real tree has', run: (s) => s.made(s.vfs.mkdir('/home/d', 0o755, s.program()), '/home/d', `${ALT}/home`), ours: '/home/d' },
  { title: 'symlink', run: (s) => s.made(s.vfs.symlink('x', '/tmp/l', s.program()), '/tmp/l', `${ALT}/tmp/l`), ours: `${ALT}/tmp/l` },
  { title: 'mknod of what the real tree has', run: (s) => s.made(s.vfs.mknod('/etc/base-only', 0o10644, 0, s.program()), `${ALT}/etc/base-only`), ours: eexist, freebsd: `${ALT}/etc/base-only` },

  // Removing.
  { title: 'unlink of what both have uncovers the other', run: (s) => s.made(s.vfs.unlink('/etc/both', s.program()), '/etc/both', `${ALT}/etc/both`), ours: '/etc/both' },
  { title: 'and again removes that', run: (s) => [s.vfs.unlink('/etc/both', s.program()), s.vfs.unlink('/etc/both', s.program()), s.open('/etc/both', O_RDONLY)].join(), ours: `0,0,${enoent}` },
  { title: 'unlink of what the real tree has', run: (s) => s.made(s.vfs.unlink('/etc/base-only', s.program()), '/etc/both', '/etc/base-only'), ours: '/etc/both' },
  { title: 'unlink of nothing', run: (s) => s.made(s.vfs.unlink('/etc/none', s.program())), ours: enoent },
  { title: 'rmdir of what the alternate tree has', run: (s) => s.made(s.vfs.rmdir('/tmp', s.program()), '/tmp', `${ALT}/tmp`), ours: '/tmp' },
  { title: 'rmdir of what is not empty there', run: (s) => s.made(s.vfs.rmdir('/etc', s.program())), ours: enotempty },

  // Moving and linking.
  { title: 'rename within the alternate tree', run: (s) => s.made(s.vfs.rename('/etc/alt-only', '/tmp/x', 0, s.program()), '/tmp/x', `${ALT}/tmp/x`), ours: `${ALT}/tmp/x` },
  { title: 'rename within the real tree', run: (s) => s.made(s.vfs.rename('/home/f', '/home/g', 0, s.program()), '/home/g'), ours: '/home/g' },
  { title: 'rename from the real tree stays there', run: (s) => s.made(s.vfs.rename('/etc/base-only', '/etc/x', 0, s.program()), '/etc/x', `${ALT}/etc/x`), ours: '/etc/x', freebsd: `${ALT}/etc/x` },
  { title: 'rename across, by what is there', run: (s) => s.made(s.vfs.rename('/etc/base-only', '/etc/both', 0, s.program()), '/etc/base-only'), ours: exdev, freebsd: '' },
  { title: 'rename across, by what is not there', run: (s) => s.made(s.vfs.rename('/etc/alt-only', '/home/x', 0, s.program()), '/home/x'), ours: exdev, freebsd: '/home/x' },
  {
    title: 'rename of a new file onto one of the real tree',
    run: (s) => s.made(s.vfs.rename('/etc/alt-only', '/etc/base-only', 0, s.program()), '/etc/base-only', `${ALT}/etc/base-only`),
    ours: `/etc/base-only ${ALT}/etc/base-only`,
  },
  { title: 'rename NOREPLACE onto a file of the real tree', run: (s) => s.made(s.vfs.rename('/etc/alt-only', '/etc/base-only', RENAME_NOREPLACE, s.program()), `${ALT}/etc/base-only`), ours: exdev, freebsd: `${ALT}/etc/base-only` },
  { title: 'rename EXCHANGE across', run: (s) => s.made(s.vfs.rename('/etc/alt-only', '/etc/base-only', RENAME_EXCHANGE, s.program())), ours: exdev, freebsd: enoent },
  { title: 'rename of a directory onto one of the real tree', run: (s) => s.made(s.vfs.rename('/tmp', '/home', 0, s.program()), `${ALT}/home`), ours: exdev, freebsd: `${ALT}/home` },
  { title: 'link in the alternate tree', run: (s) => s.made(s.vfs.link('/etc/alt-only', '/tmp/x', 0, s.program()), '/tmp/x', `${ALT}/tmp/x`), ours: `${ALT}/tmp/x` },
  { title: 'link in the real tree', run: (s) => s.made(s.vfs.link('/etc/base-only', '/etc/x', 0, s.program()), '/etc/x', `${ALT}/etc/x`), ours: '/etc/x', freebsd: `${ALT}/etc/x` },
  { title: 'link across', run: (s) => s.made(s.vfs.link('/etc/alt-only', '/home/x', 0, s.program()), '/home/x'), ours: exdev, freebsd: '/home/x' },
  { title: 'link onto a file of the real tree', run: (s) => s.made(s.vfs.link('/etc/alt-only', '/etc/base-only', 0, s.program()), `${ALT}/etc/base-only`), ours: eexist, freebsd: `${ALT}/etc/base-only` },

  // openat2.
  { title: 'RESOLVE_IN_ROOT has one root', run: (s) => s.open('/base-only', O_RDONLY, { from: '/etc', resolve: RESOLVE_IN_ROOT }), ours: enoent },
  { title: 'RESOLVE_IN_ROOT, what is there', run: (s) => s.open('/both', O_RDONLY, { from: '/etc', resolve: RESOLVE_IN_ROOT }), ours: 'alt:/etc/both' },
  { title: 'RESOLVE_BENEATH has one root', run: (s) => s.open('base-only', O_RDONLY, { from: '/etc', resolve: RESOLVE_BENEATH }), ours: enoent },
  { title: 'RESOLVE_BENEATH refuses absolute paths', run: (s) => s.open('/etc/both', O_RDONLY, { from: '/etc', resolve: RESOLVE_BENEATH }), ours: exdev },
  { title: 'RESOLVE_NO_SYMLINKS, a link', run: (s) => s.open('/to-base', O_RDONLY, { resolve: RESOLVE_NO_SYMLINKS }), ours: eloop },
  { title: 'RESOLVE_NO_SYMLINKS, none', run: (s) => s.open('/etc/base-only', O_RDONLY, { resolve: RESOLVE_NO_SYMLINKS }), ours: 'base:/etc/base-only' },
  { title: 'O_PATH', run: (s) => s.open('/etc/base-only', O_PATH), ours: 'base:/etc/base-only' },
  { title: 'O_DIRECTORY', run: (s) => s.open('/usr/lib', O_RDONLY | O_DIRECTORY), ours: 'base:/usr/lib' },

  // No two roots.
  {
    title: 'the alternate tree was removed',
    run(s) {
      s.vfs.mkdir('/compat/other', 0o755, root);
      const place = ok(s.vfs.find('/compat/other', 0, root)) as Place;
      s.vfs.rmdir('/compat/other', root);
      const caller = new FixedCaller({ uid: 0, gid: 0, alternateRoot: { ...(s.alternate as AlternateRoot), place } });
      return s.where(ok(s.vfs.find('/etc/both', 0, caller)) as Place);
    },
    ours: 'base:/etc/both',
  },
  {
    title: 'the alternate tree is the root itself',
    run(s) {
      const { place } = s.alternate as AlternateRoot;
      const caller = new FixedCaller({ uid: 0, gid: 0, root: place, alternateRoot: s.alternate as AlternateRoot });
      const found = s.vfs.find('/etc/base-only', 0, caller);
      return isErrno(found) ? errnoName(found) : s.where(found);
    },
    ours: enoent,
  },
  {
    title: 'what is mounted in the alternate tree is seen there',
    run(s) {
      const mounted = memory();
      ok(s.vfs.mount(mounted, `${ALT}/tmp`, {}, root));
      return [s.open('/tmp/new', O_CREAT | O_RDWR), s.made(s.vfs.rename('/tmp/new', '/etc/x', 0, s.program()))].join();
    },
    ours: `alt:/tmp/new,${exdev}`,
  },
  {
    title: 'where the file is, so are its attributes',
    run(s) {
      const stat = new Stat();
      return [s.vfs.chmod('/etc/base-only', 0o600, 0, s.program()), s.where(ok(s.vfs.stat('/etc/base-only', 0, stat, s.program())) as Place), (stat.mode & 0o777).toString(8)].join();
    },
    ours: '0,base:/etc/base-only,600',
  },
];

function cwdOf(setting: Setting, path: string): string {
  const program = setting.program(path);
  return ok(reRootedDirectory(setting.vfs.mounts, program.cwd as Place, program)) as string;
}

for (const [mode, freebsd] of [['ours', false], ['FreeBSD', true]] as const) {
  const test = suite(`two roots, ${mode === 'ours' ? 'our' : "FreeBSD's"} rules`);
  for (const item of CASES) {
    const expected = freebsd && 'freebsd' in item ? item.freebsd : item.ours;
    test(item.title, () => assert.is(item.run(new Setting(freebsd)), expected));
  }
  test.run();
}
