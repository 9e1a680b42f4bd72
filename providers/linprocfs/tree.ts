/** linprocfs: a Linux /proc over any source of kernel views. */

import type { Caller } from '../../fs/caller.ts';
import { ENOENT, type Errno } from '../../fs/errno.ts';
import { dir, link } from '../../fs/generated/spec.ts';
import { type GeneratedTree, generatedTree } from '../../fs/generated/tree.ts';
import type { ChangePolicy, DirectorySpec, Subject } from '../../fs/generated/spec.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { inOrder } from './directory.ts';
import type { LinprocfsOptions } from './options.ts';
import { shownId } from './process/callers.ts';
import { LASTING_MS, processes } from './process/processes.ts';
import { sys } from './sys/tree.ts';
import { topLevel } from './top-level.ts';

/** PROC_SUPER_MAGIC */
const MAGIC = 0x9fa0;

/** How long the names of files stay valid that are always the same, in milliseconds; `LASTING_MS` where more of them are. */
const USUAL_MS = 1000;

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
    declaredMilliseconds: source.namesLast ? LASTING_MS : USUAL_MS,
    ...(source.namesLast && { attributeMilliseconds: LASTING_MS }),
  });
}

function root(source: KernelSource, options: LinprocfsOptions): DirectorySpec<KernelView> {
  return dir<KernelView>(
    0o555,
    {
      ...(options.processesOnly ? {} : inOrder({ ...topLevel(source), sys: () => sys(source) })),
      self: link(self),
      'thread-self': link(threadSelf),
    },
    // It is as long as there are processes.
    { dynamic: processes(source, options), attributeMilliseconds: 1 },
  );
}

/** The calling process's id as a link target. Errors: ENOENT for a caller that has none here, as in procfs. */
function self(kernel: KernelView, caller: Caller): string | Errno {
  const process = shownId(kernel, caller.processId()) ?? kernel.visitor?.();
  return process === undefined ? ENOENT : String(process);
}

function threadSelf(kernel: KernelView, caller: Caller): string | Errno {
  const process = shownId(kernel, caller.processId());
  const thread = shownId(kernel, caller.threadId);
  if (process !== undefined && thread !== undefined) return `${process}/task/${thread}`;
  const visitor = process === undefined ? kernel.visitor?.() : undefined;
  return visitor === undefined ? ENOENT : `${visitor}/task/${visitor}`;
}
