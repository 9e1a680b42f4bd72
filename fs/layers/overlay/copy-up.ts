/** Copying a file of a lower layer to the upper one: content, attributes, times, extended attributes. */

import { SUPERUSER } from '../../caller.ts';
import { EINVAL, EIO, ENODATA, ENOENT, EOPNOTSUPP, EPERM, type Errno, isErrno } from '../../errno.ts';
import { O_RDONLY, O_WRONLY, SEEK_DATA, SEEK_HOLE } from '../../flags.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, Stat, fileType } from '../../stat.ts';
import type { AttributeChange, OpenFile, Vnode } from '../../vnode.ts';
import { type MarkSpace, nameFromLayer } from './marks.ts';
import type { Upper } from './upper.ts';

const CHUNK = 1 << 20;
/** Made when it is needed: most overlays only make files of their own. */
let buffer: Buffer | undefined;

/** What stat(2) tells, as a change that makes another file the same. */
export function attributesOf(stat: Stat): AttributeChange {
  return {
    uid: stat.uid,
    gid: stat.gid,
    ...(fileType(stat.mode) !== S_IFLNK && { mode: stat.mode & 0o7777 }),
    atime: { seconds: stat.atime, nanoseconds: stat.atimeNanoseconds },
    mtime: { seconds: stat.mtime, nanoseconds: stat.mtimeNanoseconds },
  };
}

/**
 * Makes a copy of a file in the work directory; of a regular file's content at most `size` bytes. Returns its name
 * there. Errors: ENOSPC, EIO, and those of the layers.
 */
export function copyToWork(upper: Upper, space: MarkSpace, source: Vnode, size: number): string | Errno {
  const stat = new Stat();
  let error = source.stat(stat, SUPERUSER);
  if (isErrno(error)) return error;
  const ready = upper.temporaryName();
  const copy = makeCopy(upper.work, ready, source, stat, size);
  if (isErrno(copy)) {
    upper.discard(ready);
    return copy;
  }
  error = copyAttributes(source, copy, space) || giveAttributes(copy, stat);
  if (!isErrno(error)) return ready;
  upper.discard(ready);
  return error;
}

/**
 * Makes a copy have the attributes of its original. Differs: where files cannot be given away, because the server is not
 * root, the copy is the server's, and without set-id bits.
 */
function giveAttributes(copy: Vnode, stat: Stat): Errno | 0 {
  const change = attributesOf(stat);
  const error = copy.setattr?.(change, SUPERUSER) ?? EPERM;
  if (error !== EPERM) return error;
  const { mode, atime, mtime } = change;
  const rest = { ...(mode !== undefined && { mode: mode & 0o1777 }), ...(atime && { atime }), ...(mtime && { mtime }) };
  return copy.setattr?.(rest, SUPERUSER) ?? EPERM;
}

function makeCopy(work: Vnode, name: string, source: Vnode, stat: Stat, size: number): Vnode | Errno {
  switch (source.type) {
    case S_IFDIR:
      return work.mkdir?.(name, S_IFDIR | 0o700, SUPERUSER) ?? EPERM;
    case S_IFLNK: {
      const target = source.readlink?.(SUPERUSER) ?? EINVAL;
      return isErrno(target) ? target : (work.symlink?.(name, target, SUPERUSER) ?? EPERM);
    }
    case S_IFREG:
      return copyRegular(work, name, source, size);
    default:
      return work.mknod?.(name, stat.mode, stat.rdev, SUPERUSER) ?? EPERM;
  }
}

function copyRegular(work: Vnode, name: string, source: Vnode, size: number): Vnode | Errno {
  const made = work.create?.(name, S_IFREG | 0o600, O_WRONLY, SUPERUSER) ?? EPERM;
  if (isErrno(made)) return made;
  let error: Errno | 0 = 0;
  if (size > 0) {
    const from = source.open?.(O_RDONLY, SUPERUSER) ?? EIO;
    error = isErrno(from) ? from : copyContent(from, made.file, size, source);
    if (!isErrno(from)) from.release();
  }
  made.file.release();
  return isErrno(error) ? error : made.vnode;
}

/** Copies up to `limit` bytes, and holes as holes where the source tells of them. */
function copyContent(from: OpenFile, to: OpenFile, limit: number, source: Vnode): Errno | 0 {
  const stat = new Stat();
  const error = source.stat(stat, SUPERUSER);
  if (isErrno(error)) return error;
  // A generated file does not know its size, nor where it has data.
  const sized = stat.size > 0;
  const size = sized ? Math.min(stat.size, limit) : limit;
  let written = 0;
  for (let at = 0; at < size; ) {
    const data = (sized ? from.seek?.(at, SEEK_DATA) : undefined) ?? at;
    if (isErrno(data)) break;
    const hole = (sized ? from.seek?.(data, SEEK_HOLE) : undefined) ?? size;
    const end = Math.min(isErrno(hole) ? size : hole, size);
    at = data;
    while (at < end) {
      const count = copyChunk(from, to, at, end);
      if (isErrno(count)) return count;
      if (count === 0) return 0;
      at += count;
      written = at;
    }
  }
  return sized && written < size ? (to.vnode.setattr?.({ size, through: to }, SUPERUSER) ?? EPERM) : 0;
}

/** Copies what is at `at`, and nothing behind `end`. Returns how much that was. */
function copyChunk(from: OpenFile, to: OpenFile, at: number, end: number): number | Errno {
  buffer ??= Buffer.allocUnsafe(CHUNK);
  const count = from.read?.(buffer, 0, Math.min(CHUNK, end - at), at, SUPERUSER) ?? EINVAL;
  if (count < 0) return isErrno(count) ? count : EIO;
  for (let done = 0; done < count; ) {
    const written = to.write?.(buffer, done, count - done, at + done, SUPERUSER) ?? EINVAL;
    if (written <= 0) return isErrno(written) ? written : EIO;
    done += written;
  }
  return count;
}

function copyAttributes(source: Vnode, copy: Vnode, space: MarkSpace): Errno | 0 {
  const names = source.xattr?.list(SUPERUSER) ?? [];
  if (isErrno(names)) return names === EOPNOTSUPP ? 0 : names;
  for (const name of names) {
    if (nameFromLayer(space, name) === undefined) continue;
    const value = source.xattr?.get(name, SUPERUSER) ?? ENODATA;
    if (isErrno(value)) continue;
    // Differs: where the upper layer has no extended attributes, a copy has none.
    const error = copy.xattr?.set(name, value, 0, SUPERUSER) ?? 0;
    if (isErrno(error) && error !== EOPNOTSUPP) return error;
  }
  return 0;
}

/** Does something that changes names in a directory without its times showing it. Errors: the action's. */
export function keepingTimes(directory: Vnode, action: () => Errno | 0): Errno | 0 {
  const stat = new Stat();
  const known = directory.stat(stat, SUPERUSER);
  const error = action();
  if (isErrno(error) || isErrno(known)) return error;
  const { atime, mtime } = attributesOf(stat);
  directory.setattr?.({ ...(atime && { atime }), ...(mtime && { mtime }) }, SUPERUSER);
  return 0;
}

/** Removes a name of the work directory whose file is to live on without one. Errors: ENOENT. */
export function takeNameless(upper: Upper, ready: string): Vnode | Errno {
  const vnode = upper.work.lookup?.(ready, SUPERUSER) ?? ENOENT;
  if (isErrno(vnode)) return vnode;
  vnode.hold?.();
  const error = upper.work.unlink?.(ready, SUPERUSER) ?? EPERM;
  if (!isErrno(error)) return vnode;
  vnode.drop?.();
  return error;
}
