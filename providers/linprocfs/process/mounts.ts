/** /proc/PID/mounts, mountinfo and mountstats (fs/proc_namespace.c, proc_pid_mountinfo(5), nfsiostat(8)). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Mount, NfsStatistics } from '../../model/task-mounts.ts';
import type { TaskView } from '../../model/task.ts';

/** What is escaped in paths, and in names of sources and types. */
const IN_PATHS = ' \t\n\\';
const IN_NAMES = ' \t\n\\#';

/** The file systems that print their sources themselves. */
const PRINT_SOURCE: ReadonlySet<string> = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'btrfs', 'afs']);

function sourceEscapes(type: string): string {
  return PRINT_SOURCE.has(type) ? IN_PATHS : IN_NAMES;
}

export function mounts(out: TextWriter, task: TaskView): Errno | 0 {
  const mounts = task.mounts.mounts();
  if (isErrno(mounts)) return mounts;
  for (const mount of mounts) {
    out.escaped(mount.source, sourceEscapes(mount.type)).space().escaped(mount.point, IN_PATHS).space().escaped(mount.type, IN_NAMES);
    out.text(mount.readOnly || mount.superReadOnly ? ' ro' : ' rw');
    words(out, mount.superFlags);
    words(out, mount.flags);
    words(out, mount.options);
    out.text(' 0 0\n');
  }
  return 0;
}

export function mountinfo(out: TextWriter, task: TaskView): Errno | 0 {
  const mounts = task.mounts.mounts();
  if (isErrno(mounts)) return mounts;
  for (const mount of mounts) {
    out.decimal(mount.id).space().decimal(mount.parent);
    out.space().decimal(mount.major).byte(0x3a).decimal(mount.minor);
    out.space().escaped(mount.root, IN_PATHS).space().escaped(mount.point, IN_PATHS);
    out.text(mount.readOnly ? ' ro' : ' rw');
    words(out, mount.flags);
    propagation(out, mount);
    out.text(' - ').escaped(mount.type, IN_NAMES).space().escaped(mount.source, sourceEscapes(mount.type));
    out.text(mount.superReadOnly ? ' ro' : ' rw');
    words(out, mount.superFlags);
    words(out, mount.options);
    out.newline();
  }
  return 0;
}

function propagation(out: TextWriter, mount: Mount): void {
  for (const { kind, group } of mount.propagation) {
    out.space().text(kind);
    if (group !== undefined) out.byte(0x3a).decimal(group);
  }
}

function words(out: TextWriter, words: readonly string[]): void {
  for (const word of words) out.byte(0x2c).text(word);
}

export function mountstats(out: TextWriter, task: TaskView): Errno | 0 {
  const mounts = task.mounts.statistics();
  if (isErrno(mounts)) return mounts;
  for (const { source, point, type, statistics } of mounts) {
    if (source === undefined) out.text('no device');
    else out.text('device ').escaped(source, sourceEscapes(type));
    out.text(' mounted on ').escaped(point, IN_PATHS).text(' with fstype ').escaped(type, IN_NAMES);
    if (statistics === 'none') out.space();
    else if (statistics) nfs(out, statistics);
    out.newline();
  }
  return 0;
}

/** fs/nfs/super.c nfs_show_stats, net/sunrpc/stats.c rpc_clnt_show_stats */
function nfs(out: TextWriter, { version, properties, rpc }: NfsStatistics): void {
  out.text(' statvers=').text(version);
  for (const { name, values, separator } of properties) {
    out.text('\n\t').text(name).text(':\t');
    values.forEach((value, index) => (index ? out.text(separator) : out).text(value));
    // Counters are each followed by a blank; the last one too.
    if (separator === ' ') out.space();
  }
  if (!rpc) return;
  out.text('\n\tRPC iostats version: ').text(rpc.version).text('  p/v: ').decimal(rpc.program).byte(0x2f);
  out.decimal(rpc.programVersion).text(' (').text(rpc.protocol).text(')\n');
  for (const { protocol, counters } of rpc.transports) {
    out.text('\txprt:\t').text(protocol);
    for (const counter of counters) out.space().signed(counter);
    out.newline();
  }
  out.text('\tper-op statistics\n');
  for (const { name, counters } of rpc.operations) {
    out.byte(0x09).textRight(name, 12).byte(0x3a);
    for (const counter of counters) out.space().decimal(counter);
    out.newline();
  }
}
