/** Requests about open files but those for reading them. Each returns the size of its reply's body, or an errno. */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EBADF, EINVAL, EIO, ENOTTY, EOPNOTSUPP, WOULD_BLOCK, isErrno } from '../../fs/errno.ts';
import * as files from '../../fs/file-operations.ts';
import { canWrite } from '../../fs/flags.ts';
import { MAX_READ } from './init.ts';
import * as fuse from './protocol.ts';
import { BODY } from './reply-buffer.ts';
import { ARGUMENTS, type RequestContext } from './request-context.ts';

const HEADER = fuse.OUT_HEADER_SIZE;

/** FUSE_WRITE; or WOULD_BLOCK. */
export function write(context: RequestContext): number {
  const file = context.file();
  if (!file || !canWrite(file.flags)) return EBADF;
  if (!file.write) return EINVAL;
  const start = fuse.IN_HEADER_SIZE + 40;
  const size = context.word(4);
  if (start + size > context.length) return EINVAL;
  // What comes from the page cache later was allowed when it was written, by whomever.
  if (context.word(5) & fuse.FUSE_WRITE_KILL_SUIDGID) context.caller.dropPrivileges();
  const caller: Caller = context.word(5) & fuse.FUSE_WRITE_CACHE ? SUPERUSER : context.caller;
  const count = file.write(context.bytes, start, size, context.u64(ARGUMENTS + 2), caller);
  if (count === WOULD_BLOCK) return context.park(file);
  if (count < 0) return count;
  context.reply.u64(BODY, count);
  return 8;
}

/** FUSE_FSYNC and FUSE_FSYNCDIR */
export function fsync(context: RequestContext): number {
  const file = context.file();
  if (!file) return EBADF;
  return file.fsync?.((context.word(2) & fuse.FUSE_FSYNC_FDATASYNC) !== 0) ?? 0;
}

/** FUSE_LSEEK */
export function lseek(context: RequestContext): number {
  const file = context.file();
  if (!file) return EBADF;
  const offset = context.u64(ARGUMENTS + 2);
  const whence = context.word(4);
  const position = files.seek(file, offset, whence, context.caller);
  if (position < 0) return position;
  context.reply.u64(BODY, position);
  return 8;
}

/** FUSE_FALLOCATE */
export function fallocate(context: RequestContext): number {
  const file = context.file();
  if (!file) return EBADF;
  return files.allocate(file, context.word(6), context.u64(ARGUMENTS + 2), context.u64(ARGUMENTS + 4), context.caller);
}

/** FUSE_COPY_FILE_RANGE */
export function copyFileRange(context: RequestContext): number {
  const from = context.file();
  const to = context.handles.get(context.u64(ARGUMENTS + 6));
  if (!from || !to) return EBADF;
  // Generated files have no size to go by: the caller copies by itself.
  if (!context.fileSystem.caching.data) return EOPNOTSUPP;
  const [fromAt, toAt] = [context.u64(ARGUMENTS + 2), context.u64(ARGUMENTS + 8)];
  const length = Math.min(context.u64(ARGUMENTS + 10), MAX_READ);
  const count = files.copyRange(from, fromAt, to, toAt, length, context.reply.bytes, context.caller);
  if (count < 0) return count === WOULD_BLOCK ? EIO : count;
  context.reply.u64(BODY, count);
  return 8;
}

/** FUSE_IOCTL */
export function ioctl(context: RequestContext): number {
  const file = context.file();
  if (!file) return EBADF;
  if (!file.ioctl) return ENOTTY;
  const [inputSize, outputSize] = [context.word(6), context.word(7)];
  const start = fuse.IN_HEADER_SIZE + 32;
  if (start + inputSize > context.length) return EINVAL;
  const argument = context.u64(ARGUMENTS + 4);
  const answer = file.ioctl(context.word(3), argument, context.bytes.subarray(start, start + inputSize), context.caller);
  if (isErrno(answer)) return answer;
  if (answer.opened) {
    answer.opened.release();
    return ENOTTY;
  }
  const { output = new Uint8Array(0) } = answer;
  // The request's number does not say how long its answer is, so that the kernel would not bring it to the caller.
  if (output.length > outputSize) return ENOTTY;
  context.reply.words[BODY] = answer.result >>> 0;
  context.reply.words.fill(0, BODY + 1, BODY + 4);
  context.reply.bytes.set(output, HEADER + 16);
  return 16 + output.length;
}
