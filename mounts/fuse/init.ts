/** The INIT handshake: which version and flags a connection uses. */

import { EPROTO, type Errno } from '../../fs/errno.ts';
import type { Caching } from '../../fs/vnode.ts';
import * as fuse from './protocol.ts';
import { BODY, type ReplyBuffer } from './reply-buffer.ts';

const ARGUMENTS = fuse.IN_HEADER_SIZE / 4;
const INIT_OUT_SIZE = 64;
const PAGE_SIZE = 4096;

/** The largest read and listing that we answer in one reply: 256 pages, so that nearly every file is one request. */
export const MAX_READ: number = 1 << 20;
/** The largest write that we take in one request. */
export const MAX_WRITE: number = 1 << 20;
/** What the request buffer must hold: the largest write with its header; never less than the protocol's 8 KiB. */
export const REQUEST_CAPACITY: number = MAX_WRITE + 4096;

/** Flags that a server asks for besides those that all do. */
export interface InitFlags {
  readonly flags: number;
  /** The upper word of them, which newer kernels have. */
  readonly upper: number;
}

const NO_MORE: InitFlags = { flags: 0, upper: 0 };

/**
 * Writes the answer to an INIT request (struct fuse_init_in: major, minor, max_readahead, flags). A kernel with a newer
 * major version is told ours and asks again. Errors: EPROTO for a kernel that is too old.
 */
export function negotiate(
  request: Uint32Array,
  caching: Caching,
  reply: ReplyBuffer,
  more: InitFlags = NO_MORE,
): { size: number; minor: number } | Errno {
  const [major = 0, minor = 0, readahead = 0, offered = 0] = request.subarray(ARGUMENTS, ARGUMENTS + 4);
  if (major < fuse.FUSE_KERNEL_VERSION) return EPROTO;
  if (major === fuse.FUSE_KERNEL_VERSION && minor < fuse.FUSE_OLDEST_MINOR_VERSION) return EPROTO;
  const agreed = major > fuse.FUSE_KERNEL_VERSION ? 0 : Math.min(minor, fuse.FUSE_KERNEL_MINOR_VERSION);
  let wanted =
    fuse.FUSE_ASYNC_READ |
    fuse.FUSE_ATOMIC_O_TRUNC |
    fuse.FUSE_BIG_WRITES |
    fuse.FUSE_PARALLEL_DIROPS |
    fuse.FUSE_MAX_PAGES |
    fuse.FUSE_ABORT_ERROR |
    fuse.FUSE_HANDLE_KILLPRIV_V2;
  if (caching.listAttributes) wanted |= fuse.FUSE_DO_READDIRPLUS | fuse.FUSE_READDIRPLUS_AUTO;
  if (caching.data === 'checked') wanted |= fuse.FUSE_AUTO_INVAL_DATA;
  wanted |= more.flags;
  const upper = offered & fuse.FUSE_INIT_EXT ? (request[ARGUMENTS + 4] ?? 0) & more.upper : 0;
  if (upper !== 0) wanted |= fuse.FUSE_INIT_EXT;
  const words = reply.words;
  words.fill(0, BODY, BODY + INIT_OUT_SIZE / 4);
  words[BODY] = fuse.FUSE_KERNEL_VERSION;
  words[BODY + 1] = fuse.FUSE_KERNEL_MINOR_VERSION;
  words[BODY + 2] = readahead;
  words[BODY + 3] = (offered & wanted) >>> 0;
  // max_background and congestion_threshold, 16 bits each.
  words[BODY + 4] = 64 | (48 << 16);
  words[BODY + 5] = MAX_WRITE;
  // Times are exact to the nanosecond.
  words[BODY + 6] = 1;
  words[BODY + 7] = MAX_READ / PAGE_SIZE;
  words[BODY + 8] = upper;
  return { size: INIT_OUT_SIZE, minor: agreed };
}
