/** linprocfs: a Linux /proc over any source of kernel views. */

import type { Caller } from '../../fs/caller.ts';
import { ENOENT, type Errno } from '../../fs/errno.ts';
import { dir, file, link } from '../../fs/generated/spec.ts';
import { type GeneratedTree, generatedTree } from '../../fs/generated/tree.ts';
import type { ChangePolicy, DirectorySpec, Subject } from '../../fs/generated/spec.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { cmdline } from './cmdline.ts';
import { cpuinfo } from './cpuinfo.ts';
import { filesystems } from './filesystems.ts';
import { loadavg } from './loadavg.ts';
import { meminfo } from './meminfo.ts';
import type { LinprocfsOptions } from './options.ts';
import { processes } from './process/processes.ts';
import { stat } from './stat.ts';
import { sys } from './sys/tree.ts';
import { uptime } from './uptime.ts';
import { version } from './version.ts';

/** PROC_SUPER_MAGIC */
const MAGIC = 0x9fa0;

/** Changed attributes of /proc's own files last as long as the mount (proc_notify_change). */
const kept: ChangePolicy = () => 'kept';

/** The file system. */
export function linprocfs(source: KernelSource, options: LinprocfsOptions): GeneratedTree {
  const subject: Subject<KernelView> = { context: (caller) => source.view(caller) };
  return generatedTree<KernelView>({
    type: 'proc',
    magic: MAGIC,
    root: root(source, options),
    subject,
    fileSize: 0,
    blockSize: 1024,
    changes: kept,
    declaredMilliseconds: 1000,
  });
}

function root(source: KernelSource, options: LinprocfsOptions): DirectorySpec<KernelView> {
  return dir<KernelView>(
    0o555,
    {
      stat: file(0o444, stat),
      uptime: file(0o444, uptime),
      cmdline: file(0o444, cmdline),
      cpuinfo: file(0o444, cpuinfo),
      loadavg: file(0o444, loadavg),
      meminfo: file(0o444, meminfo),
      version: file(0o444, version),
      filesystems: file(0o444, filesystems),
      sys: sys(source),
      net: link('self/net'),
      mounts: link('self/mounts'),
      self: link((_kernel, caller) => self(caller)),
      'thread-self': link((_kernel, caller) => threadSelf(caller)),
    },
    { dynamic: processes(source, options) },
  );
}

/** The calling process's id as a link target. Errors: ENOENT for a caller that has none here, as in procfs. */
function self(caller: Caller): string | Errno {
  const process = caller.processId();
  return process === undefined ? ENOENT : String(process);
}

function threadSelf(caller: Caller): string | Errno {
  const process = caller.processId();
  return process === undefined || caller.threadId === undefined ? ENOENT : `${process}/task/${caller.threadId}`;
}
