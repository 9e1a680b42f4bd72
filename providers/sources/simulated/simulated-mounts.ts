/** The mounts of a simulated machine: all its processes see the same. */

import { EINVAL, type Errno } from '../../../fs/errno.ts';
import type { Mount, MountStatistics, TaskMounts } from '../../model/task-mounts.ts';
import type { MountText } from './description.ts';
import type { Machine } from './machine.ts';
import type { SimulatedTask } from './simulated-task.ts';
import { partitionName } from './partition-name.ts';

/** What is mounted where the description does not say. */
function usual(machine: Machine): readonly MountText[] {
  const [disk] = machine.disks;
  const root = disk ? { source: `/dev/${disk.partitions.length > 0 ? partitionName(disk.name, 1) : disk.name}`, type: 'ext4', options: ['errors=remount-ro'] } : { source: 'rootfs', type: 'tmpfs' };
  return [
    { point: '/', ...root },
    { source: 'proc', point: '/proc', type: 'proc' },
    { source: 'sysfs', point: '/sys', type: 'sysfs' },
    { source: 'udev', point: '/dev', type: 'devtmpfs', options: ['mode=755', 'inode64'] },
    { source: 'devpts', point: '/dev/pts', type: 'devpts', options: ['gid=5', 'mode=620', 'ptmxmode=000'] },
    { source: 'tmpfs', point: '/run', type: 'tmpfs', options: ['mode=755', 'inode64'] },
    { source: 'cgroup2', point: '/sys/fs/cgroup', type: 'cgroup2', options: ['nsdelegate', 'memory_recursiveprot'] },
    { source: 'tmpfs', point: '/dev/shm', type: 'tmpfs', options: ['inode64'] },
    { source: 'tmpfs', point: '/tmp', type: 'tmpfs', options: ['inode64'] },
  ];
}

/** The device that / is on. */
export function rootDevice({ disks }: Machine): { readonly major: number; readonly minor: number } {
  const [disk] = disks;
  return disk ? { major: disk.major, minor: disk.minor + (disk.partitions.length > 0 ? 1 : 0) } : { major: 0, minor: 20 };
}

export class SimulatedMounts {
  readonly #mounts: readonly Mount[];

  constructor(machine: Machine) {
    const texts = machine.mounts.length > 0 ? machine.mounts : usual(machine);
    const isRoot = ({ point }: MountText): boolean => point === '/';
    const ordered = [...texts.filter(isRoot), ...texts.filter((text) => !isRoot(text))];
    this.#mounts = ordered.map(({ source, point, type, options = [], readOnly = false }, index): Mount => {
      const device = this.#deviceOf(machine, source, index);
      const virtual = ['proc', 'sysfs', 'devpts', 'cgroup2', 'tmpfs', 'devtmpfs'].includes(type) && point !== '/';
      return {
        id: index + 1,
        parent: index === 0 ? 0 : 1,
        ...device,
        root: '/',
        point,
        readOnly: false,
        flags: [...(virtual ? ['nosuid'] : []), ...(type === 'proc' || type === 'sysfs' ? ['nodev', 'noexec'] : []), 'relatime'],
        propagation: [{ kind: 'shared', group: index + 1 }],
        type,
        source,
        superReadOnly: readOnly,
        superFlags: [],
        options,
      };
    });
  }

  #deviceOf({ disks }: Machine, source: string, index: number): { readonly major: number; readonly minor: number } {
    for (const disk of disks) {
      if (source === `/dev/${disk.name}`) return { major: disk.major, minor: disk.minor };
      const part = disk.partitions.findIndex((_, number) => source === `/dev/${partitionName(disk.name, number + 1)}`);
      if (part >= 0) return { major: disk.major, minor: disk.minor + part + 1 };
    }
    return { major: 0, minor: 20 + index };
  }

  of(task: SimulatedTask): TaskMounts {
    const check = (): Errno | 0 => task.check() || (task.isZombie ? EINVAL : 0);
    return {
      mounts: () => check() || this.#mounts,
      version: () => check() || 1,
      statistics: () => check() || this.#mounts.map(({ source, point, type }): MountStatistics => ({ source, point, type, statistics: undefined })),
    };
  }
}
