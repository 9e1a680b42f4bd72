/** The kernel parameters of a machine that keeps them as values: /proc/sys. */

import { randomBytes } from 'node:crypto';
import type { Caller } from '../../../fs/caller.ts';
import type { Errno } from '../../../fs/errno.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from '../../model/sysctl.ts';
import { StoredSysctl } from '../stored-sysctl.ts';

/** A parameter that is somewhere else in the kernel. */
export interface LiveParameter {
  read(): SysctlValue;
  /** Absent: it is only read. */
  write?(value: SysctlValue): Errno | 0;
}

/** CAP_CHECKPOINT_RESTORE, the last capability. */
const CAP_LAST = 40;

/** What parameters begin with, as Linux has it on a machine with so many bytes of memory; live ones are only listed. */
export function standardParameters(memory: number): [string, SysctlValue][] {
  const pages = Math.floor(memory / 4096);
  return [
    ['fs/aio-max-nr', [65536]],
    ['fs/aio-nr', [0]],
    ['fs/dentry-state', [0, 0, 45, 0, 0, 0]],
    ['fs/file-max', [Math.floor(memory / 10240)]],
    ['fs/file-nr', [0, 0, Math.floor(memory / 10240)]],
    ['fs/inode-nr', [0, 0]],
    ['fs/inode-state', [0, 0, 0, 0, 0, 0, 0]],
    ['fs/lease-break-time', [45]],
    ['fs/leases-enable', [1]],
    ['fs/mount-max', [100000]],
    ['fs/nr_open', [1048576]],
    ['fs/overflowgid', [65534]],
    ['fs/overflowuid', [65534]],
    ['fs/pipe-max-size', [1048576]],
    ['fs/pipe-user-pages-hard', [0]],
    ['fs/pipe-user-pages-soft', [16384]],
    ['fs/protected_fifos', [0]],
    ['fs/protected_hardlinks', [0]],
    ['fs/protected_regular', [0]],
    ['fs/protected_symlinks', [0]],
    ['fs/suid_dumpable', [0]],
    ['fs/inotify/max_queued_events', [16384]],
    ['fs/inotify/max_user_instances', [128]],
    ['fs/inotify/max_user_watches', [65536]],
    ['kernel/cap_last_cap', [CAP_LAST]],
    ['kernel/core_pattern', 'core'],
    ['kernel/core_uses_pid', [0]],
    ['kernel/domainname', '(none)'],
    ['kernel/hostname', ''],
    ['kernel/keys/maxkeys', [200]],
    ['kernel/msgmax', [8192]],
    ['kernel/msgmnb', [16384]],
    ['kernel/msgmni', [32000]],
    ['kernel/ngroups_max', [65536]],
    ['kernel/osrelease', ''],
    ['kernel/ostype', 'Linux'],
    ['kernel/overflowgid', [65534]],
    ['kernel/overflowuid', [65534]],
    ['kernel/perf_event_paranoid', [3]],
    ['kernel/pid_max', [4194304]],
    ['kernel/printk', [4, 4, 1, 7]],
    ['kernel/pty/max', [4096]],
    ['kernel/pty/nr', [0]],
    ['kernel/random/boot_id', randomBytes(16)],
    ['kernel/random/entropy_avail', [256]],
    ['kernel/random/poolsize', [256]],
    ['kernel/random/uuid', randomBytes(16)],
    ['kernel/randomize_va_space', [2]],
    ['kernel/sem', [32000, 1024000000, 500, 32000]],
    ['kernel/shmall', [Math.min(pages, 18446744073692774399)]],
    ['kernel/shmmax', [memory]],
    ['kernel/shmmni', [4096]],
    ['kernel/tainted', [0]],
    ['kernel/threads-max', [Math.max(128, Math.floor(pages / 64))]],
    ['kernel/version', ''],
    ['vm/admin_reserve_kbytes', [8192]],
    ['vm/dirty_background_ratio', [10]],
    ['vm/dirty_ratio', [20]],
    ['vm/drop_caches', [0]],
    ['vm/max_map_count', [65530]],
    ['vm/min_free_kbytes', [Math.floor(Math.sqrt((memory / 1024) * 16))]],
    ['vm/mmap_min_addr', [65536]],
    ['vm/nr_hugepages', [0]],
    ['vm/overcommit_memory', [0]],
    ['vm/overcommit_ratio', [50]],
    ['vm/page-cluster', [3]],
    ['vm/swappiness', [60]],
    ['vm/vfs_cache_pressure', [100]],
  ];
}

/** Stored parameters, and among them those that the kernel has elsewhere. */
export class PlainSysctl implements SysctlView {
  readonly #stored: StoredSysctl;
  readonly #live: ReadonlyMap<string, LiveParameter>;

  constructor(values: Iterable<readonly [path: string, value: SysctlValue]>, live: ReadonlyMap<string, LiveParameter>) {
    this.#stored = new StoredSysctl(values);
    this.#live = live;
  }

  list(directory: string): readonly SysctlName[] | Errno {
    return this.#stored.list(directory);
  }

  entry(path: string): SysctlEntry | undefined {
    return this.#stored.entry(path);
  }

  read(path: string): SysctlValue | Errno {
    return this.#live.get(path)?.read() ?? this.#stored.read(path);
  }

  write(path: string, value: SysctlValue, _caller: Caller): Errno | 0 {
    return this.#live.get(path)?.write?.(value) ?? this.#stored.write(path, value);
  }
}
