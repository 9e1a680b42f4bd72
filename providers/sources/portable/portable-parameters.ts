/** The kernel parameters of a portable machine: /proc/sys. What is written to them is remembered by the mount, and changes no machine. */

import type { SysctlValue, SysctlView } from '../../model/sysctl.ts';
import { type LiveParameter, PlainSysctl, standardParameters } from '../plain/parameters.ts';
import type { Feed } from './feed.ts';

/** What programs ask that show a machine, and that is not told. */
const MORE: readonly (readonly [path: string, value: SysctlValue])[] = [
  ['kernel/kptr_restrict', [1]],
  ['net/core/somaxconn', [4096]],
  ['net/ipv4/ip_local_port_range', [32768, 60999]],
];

export function parametersOf(feed: Feed): SysctlView {
  const { machine, memory } = feed.now();
  let { hostname } = machine;
  const open = (): number[] => {
    feed.want('transfers');
    const { openFiles, mostOpenFiles } = feed.now().transfers;
    return [openFiles, 0, mostOpenFiles];
  };
  const live = new Map<string, LiveParameter>([
    ['kernel/hostname', { read: () => hostname, write: (value) => ((hostname = String(value)), 0) }],
    ['kernel/osrelease', { read: () => feed.now().machine.release }],
    ['kernel/version', { read: () => feed.now().machine.version }],
    ['fs/file-nr', { read: open }],
  ]);
  return new PlainSysctl([...standardParameters(memory.total), ...MORE], live);
}
