/** The mounts of a portable machine: what it has mounted, and what every Linux has besides. */

import type { Errno } from '../../../fs/errno.ts';
import { EINVAL } from '../../../fs/errno.ts';
import type { Mount, MountStatistics, TaskMounts } from '../../model/task-mounts.ts';
import type { MountFacts, Snapshot } from './snapshot.ts';

/** What every Linux has, where it is not told. */
const USUAL: readonly MountFacts[] = [
  { source: 'rootfs', point: '/', type: 'rootfs', readOnly: false },
  { source: 'proc', point: '/proc', type: 'proc', readOnly: false },
  { source: 'sysfs', point: '/sys', type: 'sysfs', readOnly: false },
  { source: 'devtmpfs', point: '/dev', type: 'devtmpfs', readOnly: false },
];
const VIRTUAL = ['proc', 'sysfs', 'devtmpfs'];
/** The first minor number of file systems that are on no device. */
const FIRST_ANONYMOUS = 20;

export function mountsOf({ disks: { devices, mounts } }: Pick<Snapshot, 'disks'>): readonly Mount[] {
  const all = [...USUAL.map((usual) => mounts.find(({ point }) => point === usual.point) ?? usual), ...mounts.filter(({ point }) => !USUAL.some((usual) => usual.point === point))];
  return all.map(({ source, type, point, readOnly }, index): Mount => {
    const device = devices.find(({ name }) => source === `/dev/${name}`);
    const virtual = VIRTUAL.includes(type);
    return {
      id: index + 1,
      parent: index === 0 ? 0 : 1,
      major: device?.major ?? 0,
      minor: device?.minor ?? FIRST_ANONYMOUS + index,
      root: '/',
      point,
      readOnly,
      flags: virtual ? ['nosuid', 'relatime'] : ['relatime'],
      propagation: [],
      type,
      source,
      superReadOnly: readOnly,
      superFlags: [],
      options: [],
    };
  });
}

/** The mounts as a task sees them, which it does while it is no zombie. */
export function taskMounts(check: () => Errno | 0, isZombie: () => boolean, mounts: () => readonly Mount[], version: () => number): TaskMounts {
  const checked = (): Errno | 0 => check() || (isZombie() ? EINVAL : 0);
  return {
    mounts: () => checked() || mounts(),
    version: () => checked() || version(),
    statistics: () => checked() || mounts().map(({ source, point, type }): MountStatistics => ({ source, point, type, statistics: undefined })),
  };
}
