/** The mounts that a task sees. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface TaskMounts {
  /** PID/mountinfo and PID/mounts. Errors: EINVAL for a task that has no mounts any more, as a zombie. */
  mounts(): readonly Mount[] | Errno;
  /** Another number whenever the mounts have changed; errors as above. */
  version(): number | Errno;
  /** PID/mountstats: the statistics that some file systems keep, in the order of the mounts. Errors: as above. */
  statistics(): readonly MountStatistics[] | Errno;
}

/** A mount (proc_pid_mountinfo(5)). */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  readonly major: number;
  readonly minor: number;
  /** What of the file system is mounted. */
  readonly root: string;
  /** Where, as the task sees it. */
  readonly point: string;
  /** Of the mount alone, as are `flags`. */
  readonly readOnly: boolean;
  /** `nosuid`, `nodev`, `noexec`, `noatime`, `nodiratime`, `relatime`, `nosymfollow`, `idmapped`. */
  readonly flags: readonly string[];
  /** The peer groups: `shared`, `master` and `propagate_from` by number. */
  readonly propagation: readonly { readonly kind: string; readonly group: number | undefined }[];
  /** With its subtype: `ext4`, `fuse.lxcfs`. */
  readonly type: string;
  readonly source: string;
  /** Of the file system, wherever it is mounted, as are the two below. */
  readonly superReadOnly: boolean;
  /** `sync`, `dirsync`, `mand`, `lazytime` and the labels of security modules. */
  readonly superFlags: readonly string[];
  /** In the file system's own words, with the escapes that it chose. */
  readonly options: readonly string[];
}

/** An entry of PID/mountstats. */
export interface MountStatistics {
  /** Undefined where there is none. */
  readonly source: string | undefined;
  readonly point: string;
  readonly type: string;
  /** Undefined where the file system keeps none, `none` where it could but has nothing to tell; only NFS has. */
  readonly statistics: NfsStatistics | 'none' | undefined;
}

/** What an NFS client counts (nfsiostat(8)). */
export interface NfsStatistics {
  /** Of the format: `1.1`. */
  readonly version: string;
  /** `opts`, `age`, `impl_id`, `caps`, `nfsv4`, `sec`, `events`, `bytes`, `fsc`, in the kernel's order, values by commas or blanks. */
  readonly properties: readonly { readonly name: string; readonly values: readonly string[]; readonly separator: ',' | ' ' }[];
  readonly rpc:
    | {
        readonly version: string;
        readonly program: U64;
        readonly programVersion: U64;
        readonly protocol: string;
        /** Name and counters of each transport. */
        readonly transports: readonly { readonly protocol: string; readonly counters: readonly (number | bigint)[] }[];
        readonly operations: readonly { readonly name: string; readonly counters: readonly U64[] }[];
      }
    | undefined;
}
