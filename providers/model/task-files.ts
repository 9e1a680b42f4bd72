/** What a task has open and where it stands: descriptors, links, namespaces, mapped files. */

import type { Errno } from '../../fs/errno.ts';
import type { Place } from '../../fs/place.ts';
import type { U64 } from '../../fs/u64.ts';
import type { DescriptorInfo } from './descriptor-info.ts';

/**
 * A link's text is the name that the kernel gives to a file: its path as the reader's root shows it, with ` (deleted)`
 * behind it where it has none any more, or `pipe:[INODE]`, `socket:[INODE]`, `anon_inode:NAME`.
 *
 * Errors of all: ESRCH when the thread has vanished, EACCES where the source itself may not look.
 */
export interface TaskFiles {
  /** Whether the source itself may look at them. A security module may keep it, and everyone else, from that. */
  areOpen(): boolean;

  /** PID/exe. Errors: ENOENT for kernel threads and zombies. */
  executable(): string | Errno;
  /** PID/cwd. Errors: ENOENT for zombies. */
  workingDirectory(): string | Errno;
  /** PID/root. Errors: ENOENT for zombies. */
  rootDirectory(): string | Errno;

  /** How many descriptors are open: the size of PID/fd. */
  descriptorCount(): number | Errno;
  /** The open descriptors from `from` on, ascending. */
  descriptors(from: number): readonly number[] | Errno;
  /** How an open descriptor may be used. Errors: ENOENT. */
  descriptor(number: number): FileAccess | Errno;
  /** PID/fd/N. Errors: ENOENT. */
  descriptorLink(number: number): string | Errno;
  /** PID/fdinfo/N. Errors: ENOENT. */
  descriptorInfo(number: number): DescriptorInfo | Errno;

  /** The inode number of a namespace, which identifies it. Errors: ENOENT where the task is in none (zombies). */
  namespace(name: NamespaceName): number | Errno;

  /** The mappings of files that begin at `from` or above, ascending. */
  mappedFiles(from: U64): readonly MemoryRange[] | Errno;
  /** How a mapped file was opened. Errors: ENOENT. */
  mappedFile(range: MemoryRange): FileAccess | Errno;
  /** PID/map_files/START-END. Errors: ENOENT. */
  mappedFileLink(range: MemoryRange): string | Errno;

  /**
   * Where a magic link leads, by its path below the task's directory: `exe`, `fd/3`. Absent: the files are in no tree of
   * ours. Errors: ENOENT.
   */
  place?(link: string): Place | Errno;
}

/** What a file was opened for. Neither with O_PATH. */
export interface FileAccess {
  readonly read: boolean;
  readonly write: boolean;
}

/** Addresses in bytes: the first, and the first behind. */
export interface MemoryRange {
  readonly start: U64;
  readonly end: U64;
}

/** The links in PID/ns, in the kernel's order (fs/proc/namespaces.c). */
export const NAMESPACE_NAMES = [
  'net',
  'uts',
  'ipc',
  'pid',
  'pid_for_children',
  'user',
  'mnt',
  'cgroup',
  'time',
  'time_for_children',
] as const;

export type NamespaceName = (typeof NAMESPACE_NAMES)[number];
