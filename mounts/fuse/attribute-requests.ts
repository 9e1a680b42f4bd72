/** Requests that change attributes, and all about extended ones. Each returns the size of its reply's body, or an errno. */

import { E2BIG, EBADF, EINVAL, ERANGE, ESTALE, isErrno } from '../../fs/errno.ts';
import { canWrite } from '../../fs/flags.ts';
import * as operations from '../../fs/operations.ts';
import type { AttributeChange, TimeChange } from '../../fs/vnode.ts';
import { MAX_READ } from './init.ts';
import * as fuse from './protocol.ts';
import { BODY } from './reply-buffer.ts';
import { ARGUMENTS, type RequestContext } from './request-context.ts';

const HEADER = fuse.OUT_HEADER_SIZE;

/** FUSE_SETATTR */
export function setattr(context: RequestContext): number {
  const node = context.node();
  if (!node) return ESTALE;
  const valid = context.word(0);
  if (valid & fuse.FATTR_KILL_SUIDGID) context.caller.dropPrivileges();
  const time = (now: number, set: number, seconds: number, nanoseconds: number): TimeChange | undefined => {
    if (valid & now) return 'now';
    if (!(valid & set)) return undefined;
    const whole = (context.word(seconds + 1) | 0) * 0x1_0000_0000 + context.word(seconds);
    return { seconds: whole, nanoseconds: context.word(nanoseconds) };
  };
  const atime = time(fuse.FATTR_ATIME_NOW, fuse.FATTR_ATIME, 8, 14);
  const mtime = time(fuse.FATTR_MTIME_NOW, fuse.FATTR_MTIME, 10, 15);
  const through = valid & fuse.FATTR_FH ? context.handles.get(context.u64(ARGUMENTS + 2)) : undefined;
  if (valid & fuse.FATTR_FH && (through?.vnode !== node.vnode || !canWrite(through.flags))) return EBADF;
  const change: AttributeChange = {
    ...(valid & fuse.FATTR_MODE && { mode: context.word(17) & 0o7777 }),
    ...(valid & fuse.FATTR_UID && { uid: context.word(19) }),
    ...(valid & fuse.FATTR_GID && { gid: context.word(20) }),
    ...(valid & fuse.FATTR_SIZE && { size: context.u64(ARGUMENTS + 4) }),
    ...(atime && { atime }),
    ...(mtime && { mtime }),
    ...(through && { through }),
  };
  const error = operations.setattr(node.vnode, change, context.caller);
  return isErrno(error) ? error : context.attributes(node.vnode);
}

/** FUSE_GETXATTR */
export function getxattr(context: RequestContext): number {
  const node = context.node();
  if (!node) return ESTALE;
  const name = context.name(8);
  if (name === undefined) return EINVAL;
  const value = operations.getxattr(node.vnode, name, context.caller);
  return isErrno(value) ? value : sized(context, value);
}

/** FUSE_LISTXATTR */
export function listxattr(context: RequestContext): number {
  const node = context.node();
  if (!node) return ESTALE;
  const names = operations.listxattr(node.vnode, context.caller);
  return isErrno(names) ? names : sized(context, Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'));
}

/** Answers with a value, or with its size where the caller asked for that with a size of 0. */
function sized(context: RequestContext, value: Uint8Array): number {
  const room = context.word(0);
  if (room === 0) {
    context.reply.u64(BODY, value.length);
    return 8;
  }
  if (value.length > room) return ERANGE;
  if (value.length > MAX_READ) return E2BIG;
  context.reply.bytes.set(value, HEADER);
  return value.length;
}

/** FUSE_SETXATTR */
export function setxattr(context: RequestContext): number {
  const node = context.node();
  if (!node) return ESTALE;
  const [size, flags] = [context.word(0), context.word(1)];
  const name = context.name(8);
  if (name === undefined) return EINVAL;
  const start = fuse.IN_HEADER_SIZE + 8 + name.length + 1;
  if (start + size > context.length) return EINVAL;
  return operations.setxattr(node.vnode, name, context.bytes.subarray(start, start + size), flags, context.caller);
}

/** FUSE_REMOVEXATTR */
export function removexattr(context: RequestContext): number {
  const node = context.node();
  if (!node) return ESTALE;
  const name = context.name(0);
  return name === undefined ? EINVAL : operations.removexattr(node.vnode, name, context.caller);
}
