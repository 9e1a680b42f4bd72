/** What a recording does not hold. */

/**
 * Files of /proc whose contents are not recorded, though their attributes are: reading them gives EIO. Memory and what tells of each
 * page of it (it would be as large as the machine), the log's second reader (which would take records from the first), what would
 * be taken from a daemon, and what drivers show that are not the kernel's.
 */
export const LEFT_OUT: readonly RegExp[] = [
  /^kcore$/,
  /^kmsg$/,
  /^kpage(?:count|flags|cgroup)$/,
  /^\d+\/(?:mem|pagemap)$/,
  /(?:^|\/)net\/rpc\/[^/]+\/channel$/,
  /^driver\/(?!rtc$)/,
];

/** Whether a file's content is left out, by its path below /proc. */
export function isLeftOut(path: string): boolean {
  return LEFT_OUT.some((pattern) => pattern.test(path));
}

/** What all threads of a process have alike, because it is of their memory or of the process: taken from the process's directory. */
export const OF_PROCESS: ReadonlySet<string> = new Set([
  'auxv',
  'autogroup',
  'clear_refs',
  'cmdline',
  'coredump_filter',
  'environ',
  'exe',
  'ksm_merging_pages',
  'ksm_stat',
  'limits',
  'map_files',
  'maps',
  'mem',
  'numa_maps',
  'oom_adj',
  'oom_score',
  'oom_score_adj',
  'pagemap',
  'smaps',
  'smaps_rollup',
  'statm',
  'task',
  'timers',
]);

/** What /proc/PID/task/TID says otherwise than /proc/TID. */
export const OF_THREAD: ReadonlySet<string> = new Set(['children', 'io', 'stat']);
