/** Renders files of PID/net from a namespace without a process around it. */

import { SUPERUSER, type Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import type { DirectorySpec, NodeSpec } from '../../fs/generated/spec.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import { S_IFDIR, S_IFREG } from '../../fs/stat.ts';
import { net } from '../../providers/linprocfs/net/tree.ts';
import type { NetworkView } from '../../providers/model/network.ts';
import type { TaskView } from '../../providers/model/task.ts';

/** A task of which only the network is ever asked. */
function taskIn(network: NetworkView): TaskView {
  return { network: () => network } as unknown as TaskView;
}

/** The directory's declaration. */
export const NET: DirectorySpec<TaskView> = net((task) => ({ context: () => task }));

/** The paths of the files with content of their own, in order of declaration; directories whose files come and go are left out. */
export function declaredFiles(directory: DirectorySpec<TaskView>, prefix = ''): string[] {
  const paths: string[] = [];
  for (const [name, spec] of directory.entries) {
    if (spec.type === S_IFDIR) paths.push(...declaredFiles(spec, `${prefix}${name}/`));
    else paths.push(prefix + name);
  }
  return paths;
}

/** The text of a file, by its path below PID/net. */
export function render(network: NetworkView, path: string, caller: Caller = SUPERUSER): string | Errno {
  const task = taskIn(network);
  let spec: NodeSpec<TaskView> = NET;
  let context: unknown = task;
  for (const name of path.split('/')) {
    if (spec.type !== S_IFDIR) throw new Error(`${path}: not a directory`);
    const declared: NodeSpec<TaskView> | undefined = spec.entries.get(name);
    if (declared) {
      spec = declared;
      continue;
    }
    const found = spec.dynamic?.lookup(name, task, caller);
    if (found === undefined || isErrno(found)) throw new Error(`${path}: no such file`);
    context = found.subject.context(caller);
    spec = found.spec as unknown as NodeSpec<TaskView>;
  }
  if (spec.type !== S_IFREG || !('fill' in spec)) throw new Error(`${path}: not a generated file`);
  const out = new TextWriter();
  const result = spec.fill(out, context as TaskView, caller) || 0;
  return isErrno(result) ? result : out.toString();
}
