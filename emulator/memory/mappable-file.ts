/** What a file must be to be mapped. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

/** An open file as a mapping holds it: it is retained by each mapping of it, and released when that goes. */
export interface MappableFile {
  /** The same object for every opening of the same file: its vnode. */
  readonly identity: object;
  /** As stat(2) packs it (fs/stat.ts). */
  readonly device: number;
  readonly ino: U64;
  /** What /proc/PID/maps shows, as it is now. */
  path(): string;
  /** Whether it can be mapped at all; ENODEV otherwise. */
  readonly mappable: boolean;
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
  /** Whether its file system is mounted without noexec. */
  readonly mayExecute: boolean;
  /** Bytes, as it is now. */
  size(): number;
  /** Fills `into` from file offset `at` on, as far as the file goes; returns how much that was. */
  read(into: Uint8Array, at: number): number | Errno;
  /** Writes back what a shared mapping changed; never makes the file larger. */
  write(from: Uint8Array, at: number): number | Errno;
  retain(): void;
  release(): void;
}
