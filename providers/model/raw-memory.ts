/** Memory as numbers: pages and the kernel's own core. */

import type { Errno } from '../../fs/errno.ts';

/** What can be told of each physical page: how often it is mapped, its flags, its memory control group. */
export type PageFile = 'kpagecount' | 'kpageflags' | 'kpagecgroup';

export interface RawMemoryView {
  /** /proc/kpagecount and its like: 8 bytes, little-endian, for each physical page. */
  pageFile(file: PageFile): ByteSource;
  /** /proc/kcore */
  kernelCore(): ByteSource;
}

/** Bytes that are read where they lie. */
export interface ByteSource {
  /** Bytes, as stat(2) tells them. */
  readonly size: number;
  /** Errors: EINVAL, EPERM, EIO. */
  read(into: Uint8Array, start: number, length: number, at: number): number | Errno;
}
