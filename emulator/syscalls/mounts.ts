/** Mounting: mount(2), umount2(2), pivot_root(2) (fs/namespace.c). What types there are is the embedder's. */

import { CAP_SYS_ADMIN } from '../../fs/caller.ts';
import { EBUSY, EINVAL, ENODEV, ENOTDIR, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { AT_SYMLINK_NOFOLLOW } from '../../fs/flags.ts';
import { isWithin } from '../../fs/path-name.ts';
import { Place } from '../../fs/place.ts';
import { S_IFDIR } from '../../fs/stat.ts';
import type { Task } from '../kernel/task.ts';
import { path as pathArgument, text } from '../kernel/user-memory.ts';

const MS_REMOUNT = 0x20;
const MS_BIND = 0x1000;
const MS_MOVE = 0x2000;
const MS_REC = 0x4000;
const MS_PROPAGATION = 0x100000 | 0x80000 | 0x40000 | 0x20000;
/** The flags that a mount keeps: read-only, nosuid, nodev, noexec. */
const MS_KEPT = 0xf;
const MNT_FORCE = 1;
const MNT_DETACH = 2;
const MNT_EXPIRE = 4;
const UMOUNT_NOFOLLOW = 8;

function optional(task: Task, address: number): string | Errno {
  return address === 0 ? '' : text(task, address, 4096);
}

export function mount(task: Task, sourceAddress: number, targetAddress: number, typeAddress: number, flags: number, dataAddress: number): number {
  const type = optional(task, typeAddress);
  const source = optional(task, sourceAddress);
  const data = optional(task, dataAddress);
  const target = pathArgument(task, targetAddress);
  for (const argument of [type, source, data, target]) if (isErrno(argument)) return argument;
  return mountAt(task, String(source), String(target), String(type), flags % 0x1_0000_0000, String(data));
}

function mountAt(task: Task, source: string, target: string, type: string, flags: number, data: string): number {
  const { vfs } = task.kernel;
  const { mounts } = vfs;
  const at = vfs.find(target, 0, task);
  if (isErrno(at)) return at;
  if (!task.capable(CAP_SYS_ADMIN)) return EPERM;
  const kept = flags & MS_KEPT;
  if (flags & MS_REMOUNT) {
    if (at.entry !== at.mount.root) return EINVAL;
    if (task.jail) return EPERM;
    mounts.remount(at.mount, kept);
    return 0;
  }
  if (flags & MS_BIND) {
    const made = vfs.bind(source, target, { flags: 0 }, task);
    if (isErrno(made)) return made;
    return flags & MS_REC ? bindBelow(task, source, target) : 0;
  }
  // There is one namespace: nothing is propagated anywhere.
  if (flags & MS_PROPAGATION) return at.entry === at.mount.root ? 0 : EINVAL;
  if (flags & MS_MOVE) {
    if (task.jail) return EPERM;
    const from = vfs.find(source, 0, task);
    if (isErrno(from)) return from;
    return from.entry === from.mount.root ? mounts.move(from.mount, at) : EINVAL;
  }
  const made = task.kernel.options.mountType?.(type, source, data, task) ?? ENODEV;
  if (isErrno(made)) return made;
  const mounted = vfs.mount(made, target, { source: source === '' ? type : source, flags: kept }, task);
  return isErrno(mounted) ? mounted : 0;
}

/** mount --rbind: what is mounted below the source is below the target too. */
function bindBelow(task: Task, source: string, target: string): number {
  const { vfs } = task.kernel;
  const top = vfs.find(source, 0, task);
  if (isErrno(top)) return top;
  const base = vfs.visibleMounts(task);
  const { mounts } = vfs;
  for (const { mount } of base) {
    const place = new Place(mount, mount.root);
    if (mount === top.mount || !mount.parent || !mount.at || !isWithin(mounts, place, top)) continue;
    const path = vfs.mountPath(mount, task);
    const above = vfs.mountPath(top.mount, task);
    if (isErrno(path) || isErrno(above) || !path.startsWith(source)) continue;
    const made = vfs.bind(path, `${target}${path.slice(source.length)}`, { flags: mount.flags }, task);
    if (isErrno(made)) return made;
  }
  return 0;
}

export function umount2(task: Task, address: number, flags: number): number {
  if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) return EINVAL;
  if (flags & MNT_EXPIRE) return EINVAL;
  const path = pathArgument(task, address);
  if (isErrno(path)) return path;
  if (flags & UMOUNT_NOFOLLOW) {
    const place = task.kernel.vfs.find(path, AT_SYMLINK_NOFOLLOW, task);
    if (isErrno(place)) return place;
    if (place.entry !== place.mount.root) return EINVAL;
  }
  return task.kernel.vfs.unmount(path, (flags & MNT_DETACH) !== 0, task);
}

/** The new root's mount becomes the root of who asks; the old one is shown at `put_old`. */
export function pivot_root(task: Task, newAddress: number, oldAddress: number): number {
  if (!task.capable(CAP_SYS_ADMIN)) return EPERM;
  const newPath = pathArgument(task, newAddress);
  const oldPath = pathArgument(task, oldAddress);
  if (isErrno(newPath)) return newPath;
  if (isErrno(oldPath)) return oldPath;
  const { vfs } = task.kernel;
  const next = vfs.find(newPath, 0, task);
  if (isErrno(next)) return next;
  const old = vfs.find(oldPath, 0, task);
  if (isErrno(old)) return old;
  if (next.vnode.type !== S_IFDIR || old.vnode.type !== S_IFDIR) return ENOTDIR;
  const { root } = task;
  if (next.mount === root.mount || old.mount === root.mount) return EBUSY;
  if (next.entry !== next.mount.root || !isWithin(vfs.mounts, old, next)) return EINVAL;
  const bound = vfs.mounts.bind(root, old, {});
  if (isErrno(bound)) return bound;
  for (const process of task.kernel.processes.values()) {
    if (!process.alive) continue;
    if (process.context.root.is(root)) process.context.setRoot(next);
    if (process.context.cwd.is(root)) process.context.setCwd(next);
  }
  return 0;
}

