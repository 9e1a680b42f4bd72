/** The tree of files that a guest sees: its root, and what is mounted in it. */

import { SUPERUSER } from '../fs/caller.ts';
import { EEXIST, type Errno, isErrno } from '../fs/errno.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID } from '../fs/flags.ts';
import type { UpperPlace } from '../fs/layers/overlay/upper.ts';
import { LazyFileSystem } from '../fs/lazy-file-system.ts';
import { Stat } from '../fs/stat.ts';
import { Vfs } from '../fs/vfs.ts';
import type { FileSystem } from '../fs/vnode.ts';
import type { Modules } from './modules.ts';
import type { VolumeFiles } from './volume.ts';

/** Where a guest's files come from. */
export type Root =
  /** A directory of the host. */
  | {
      readonly directory: string;
      /**
       * What becomes of changes: they stay in memory and go with the guest, they are refused (EROFS), or they are made to the directory
       * itself. Absent: in memory.
       */
      readonly changes?: 'memory' | 'none' | 'host';
    }
  /** Files in memory. */
  | { readonly files: VolumeFiles }
  /** Any file system. */
  | { readonly fileSystem: FileSystem };

/** A file system of a type at a place. */
export interface GuestMount {
  /** `proc`, `sysfs`, `devfs`, `tmpfs`, `fdescfs`, their FreeBSD names, or a file system. */
  readonly type: string | FileSystem;
  readonly target: string;
}

/** What is mounted where nothing is said, if the tree has, or can get, a directory for it. */
export const DEFAULT_MOUNTS: readonly GuestMount[] = [
  { type: 'proc', target: '/proc' },
  { type: 'sysfs', target: '/sys' },
  { type: 'devfs', target: '/dev' },
  { type: 'tmpfs', target: '/dev/shm' },
];

/** Names of types, and the one that each stands for. */
const TYPES: ReadonlyMap<string, GuestType> = new Map([
  ['proc', 'proc'],
  ['linprocfs', 'proc'],
  ['sysfs', 'sysfs'],
  ['sys', 'sysfs'],
  ['linsysfs', 'sysfs'],
  ['devfs', 'devtmpfs'],
  ['dev', 'devtmpfs'],
  ['devtmpfs', 'devtmpfs'],
  ['tmpfs', 'tmpfs'],
  ['fdescfs', 'fdescfs'],
]);

/** The types of file systems that a guest can have mounted. */
export type GuestType = 'proc' | 'sysfs' | 'devtmpfs' | 'tmpfs' | 'fdescfs';

const MOUNT_FLAGS: Readonly<Record<GuestType, number>> = {
  proc: MS_NOSUID | MS_NODEV | MS_NOEXEC,
  sysfs: MS_NOSUID | MS_NODEV | MS_NOEXEC,
  devtmpfs: MS_NOSUID,
  tmpfs: MS_NOSUID | MS_NODEV,
  fdescfs: MS_NOSUID,
};

/** The type of a name, or undefined. */
export function guestType(name: string): GuestType | undefined {
  return TYPES.get(name);
}

const scratch = new Stat();

/** The root directory's file system. Throws where a directory of the host cannot be opened. */
export function rootFileSystem(root: Root, modules: Modules): FileSystem {
  if ('fileSystem' in root) return root.fileSystem;
  if ('files' in root) return new (modules.tmpfs().Tmpfs)({ ...modules.tmpfs().defaultTmpfsOptions(), mode: 0o755, uid: 0, gid: 0 });
  const { directory, changes = 'memory' } = root;
  const { Passthrough } = modules.passthrough();
  if (changes !== 'memory') return new Passthrough(directory, { readOnly: changes === 'none', readsAgain: true });
  const { Overlay } = modules.overlay();
  const lower = new Passthrough(directory, { readOnly: true, readsAgain: true });
  const known = !isErrno(lower.root.stat(scratch));
  const owner = known ? { mode: scratch.mode & 0o7777, uid: scratch.uid, gid: scratch.gid } : {};
  // Most programs change nothing.
  const upper = (): UpperPlace => {
    const { memoryUpper, defaultTmpfsOptions } = modules.tmpfs();
    return memoryUpper({ ...defaultTmpfsOptions(), ...owner });
  };
  return new Overlay({ upper, lowers: [lower.root], owned: [lower] });
}

/**
 * Mounts file systems, each when somebody goes to what it is in: those within others of the list after them. `missing` is told of places
 * that there are not; it may throw.
 */
export function mountAll(vfs: Vfs, mounts: readonly GuestMount[], make: (type: GuestType) => FileSystem, missing: (target: string, error: Errno) => void): void {
  mounts.forEach((mount, index) => {
    const isWithin = (other: GuestMount): boolean => mount.target.startsWith(`${other.target}/`);
    // What is in another one is mounted with it.
    if (mounts.slice(0, index).some(isWithin)) return;
    const inner = mounts.slice(index + 1).filter(({ target }) => target.startsWith(`${mount.target}/`));
    const error = mountIn(vfs, mount, make, inner.length === 0 ? undefined : () => mountAll(vfs, inner, make, missing));
    if (error) missing(mount.target, error);
  });
}

/** Mounts a file system of a type. Errors: those of mount(2). */
function mountIn(vfs: Vfs, { type, target }: GuestMount, make: (type: GuestType) => FileSystem, entered: (() => void) | undefined): Errno | 0 {
  const known = typeof type === 'string' ? guestType(type) : undefined;
  if (typeof type === 'string' && known === undefined) throw new Error(`there is no type ${type}`);
  const fileSystem = typeof type === 'string' ? new LazyFileSystem(known as GuestType, () => make(known as GuestType), entered) : type;
  const mounted = vfs.mount(fileSystem, target, { flags: known === undefined ? 0 : MOUNT_FLAGS[known] }, SUPERUSER);
  if (isErrno(mounted)) return mounted;
  if (typeof type !== 'string') entered?.();
  return 0;
}

/** Makes a directory and those above it. Errors: those of mkdir(2) but EEXIST. */
export function makeDirectories(vfs: Vfs, path: string): Errno | 0 {
  for (let at = path.indexOf('/', 1); ; at = path.indexOf('/', at + 1)) {
    const made = vfs.mkdir(at < 0 ? path : path.slice(0, at), 0o755, SUPERUSER);
    if (isErrno(made) && made !== EEXIST) return made;
    if (at < 0) return 0;
  }
}
