/** The mounts that a guest's task sees. */

import { EINVAL, type Errno } from '../../../fs/errno.ts';
import type { Entry } from '../../../fs/entry.ts';
import { MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '../../../fs/flags.ts';
import { deviceMajor, deviceMinor } from '../../../fs/stat.ts';
import type { Mount, MountStatistics, TaskMounts } from '../../../providers/model/task-mounts.ts';
import type { Kernel } from '../kernel.ts';
import type { GuestTask } from './guest-task.ts';

const FLAGS: readonly (readonly [number, string])[] = [
  [MS_NOSUID, 'nosuid'],
  [MS_NODEV, 'nodev'],
  [MS_NOEXEC, 'noexec'],
];

export class GuestMounts implements TaskMounts {
  readonly #of: GuestTask;
  readonly #kernel: Kernel;

  constructor(task: GuestTask, kernel: Kernel) {
    this.#of = task;
    this.#kernel = kernel;
  }

  #check(): Errno | 0 {
    return this.#of.check() || (this.#of.task.process.alive ? 0 : EINVAL);
  }

  mounts(): readonly Mount[] | Errno {
    return (
      this.#check() ||
      this.#kernel.vfs.visibleMounts(this.#of.task).map(({ mount, path }) => ({
        id: mount.id,
        parent: mount.parent?.id ?? mount.id,
        major: deviceMajor(mount.device),
        minor: deviceMinor(mount.device),
        root: pathInFileSystem(mount.root),
        point: path,
        readOnly: (mount.flags & MS_RDONLY) !== 0,
        flags: [...FLAGS.filter(([flag]) => mount.flags & flag).map(([, name]) => name), 'relatime'],
        propagation: [],
        type: mount.fileSystem.type,
        source: mount.source,
        superReadOnly: false,
        superFlags: [],
        options: [],
      }))
    );
  }

  version(): number | Errno {
    return this.#check() || this.#kernel.vfs.mounts.version;
  }

  statistics(): readonly MountStatistics[] | Errno {
    return (
      this.#check() ||
      this.#kernel.vfs.visibleMounts(this.#of.task).map(({ mount, path }) => ({
        source: mount.source,
        point: path,
        type: mount.fileSystem.type,
        statistics: undefined,
      }))
    );
  }
}

/** The path of a mount's root in its file system. */
function pathInFileSystem(root: Entry): string {
  let path = '';
  for (let entry = root; entry.parent; entry = entry.parent) path = `/${entry.name}${path}`;
  return path === '' ? '/' : path;
}
