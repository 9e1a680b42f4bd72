/** Requests that make, move and remove names. Each returns the size of its reply's body, or an errno. */

import { EINVAL, ESTALE, type Errno, isErrno } from '../../fs/errno.ts';
import * as operations from '../../fs/operations.ts';
import type { OpenFile, Vnode } from '../../fs/vnode.ts';
import type { Node } from './node-table.ts';
import { BODY, ENTRY_OUT_SIZE } from './reply-buffer.ts';
import { ARGUMENTS, type RequestContext } from './request-context.ts';

/** FUSE_CREATE */
export function create(context: RequestContext): number {
  const parent = context.node();
  if (!parent) return ESTALE;
  const name = context.name(16);
  if (name === undefined) return EINVAL;
  const [flags, mode] = [context.word(0), context.word(1)];
  const created = operations.createOrOpen(parent.vnode, name, mode, flags, context.caller);
  return isErrno(created) ? created : encoded(context, created.vnode, created.file, parent, name);
}

/** Encodes a file that was made and opened. */
function encoded(context: RequestContext, vnode: Vnode, file: OpenFile, parent: Node, name: string): number {
  const size = context.entry(vnode, parent, name);
  if (size < 0) {
    file.release();
    return size;
  }
  return size + context.opened(BODY + ENTRY_OUT_SIZE / 4, file);
}

/** FUSE_TMPFILE: the name that comes with it means nothing. */
export function temporary(context: RequestContext): number {
  const parent = context.node();
  if (!parent) return ESTALE;
  const [flags, mode] = [context.word(0), context.word(1)];
  const created = operations.temporary(parent.vnode, mode, flags, context.caller);
  return isErrno(created) ? created : encoded(context, created.vnode, created.file, parent, '');
}

/** Runs an operation that makes a node; its name follows `fixed` bytes of fields. */
function make(context: RequestContext, operation: (parent: Vnode, name: string) => Vnode | Errno, fixed: number): number {
  const parent = context.node();
  if (!parent) return ESTALE;
  const name = context.name(fixed);
  if (name === undefined) return EINVAL;
  const made = operation(parent.vnode, name);
  return isErrno(made) ? made : context.entry(made, parent, name);
}

/** FUSE_MKNOD */
export function mknod(context: RequestContext): number {
  const [mode, rdev] = [context.word(0), context.word(1)];
  return make(context, (parent, name) => operations.mknod(parent, name, mode, rdev, context.caller), 16);
}

/** FUSE_MKDIR */
export function mkdir(context: RequestContext): number {
  const mode = context.word(0);
  return make(context, (parent, name) => operations.mkdir(parent, name, mode, context.caller), 8);
}

/** FUSE_SYMLINK */
export function symlink(context: RequestContext): number {
  const name = context.name(0);
  const target = name === undefined ? undefined : context.name(name.length + 1);
  if (target === undefined) return EINVAL;
  return make(context, (parent, link) => operations.symlink(parent, link, target, context.caller), 0);
}

/** FUSE_LINK */
export function link(context: RequestContext): number {
  const existing = context.nodes.get(context.u64(ARGUMENTS))?.vnode;
  if (!existing) return ESTALE;
  return make(context, (parent, name) => {
    const error = operations.link(parent, name, existing, context.caller);
    return isErrno(error) ? error : existing;
  }, 8);
}

/** FUSE_UNLINK and FUSE_RMDIR */
export function remove(context: RequestContext, operation: typeof operations.unlink): number {
  const parent = context.node();
  if (!parent) return ESTALE;
  const name = context.name(0);
  return name === undefined ? EINVAL : operation(parent.vnode, name, context.caller);
}

/** FUSE_RENAME and FUSE_RENAME2: their names follow `fixed` bytes of fields. */
export function rename(context: RequestContext, fixed: number, flags: number): number {
  const parent = context.node();
  const newParent = context.nodes.get(context.u64(ARGUMENTS));
  if (!parent || !newParent) return ESTALE;
  const name = context.name(fixed);
  const newName = name === undefined ? undefined : context.name(fixed + name.length + 1);
  if (name === undefined || newName === undefined) return EINVAL;
  const error = operations.rename(parent.vnode, name, newParent.vnode, newName, flags, context.caller);
  if (error === 0 && parent !== newParent) {
    moved(context, newParent, newName);
    moved(context, parent, name);
  }
  return error;
}

/** A node may have come to a directory. */
function moved(context: RequestContext, parent: Node, name: string): void {
  const vnode = parent.vnode.lookup?.(name, context.caller);
  if (vnode && !isErrno(vnode)) context.nodes.moved(vnode, parent, name);
}
