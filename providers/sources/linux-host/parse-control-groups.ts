/** The files of control groups (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/). */

import type { GroupDisk } from '../../model/control-groups.ts';
import type { SysfsRange } from '../../model/sysfs.ts';

/** Where a hierarchy is mounted. */
export interface HierarchyMount {
  readonly version: 1 | 2;
  /** Version 1: what is controlled there. */
  readonly controllers: readonly string[];
  /** The mount point, and the group that is there. */
  readonly place: string;
  readonly root: string;
}

/** The hierarchies in a mountinfo; of several mounts of one the first counts. */
export function parseHierarchies(mountinfo: string): HierarchyMount[] {
  const found: HierarchyMount[] = [];
  for (const line of mountinfo.split('\n')) {
    const [mount = '', superblock = ''] = line.split(' - ');
    const [, , , root = '', place = ''] = mount.split(' ').map(unescaped);
    const [type, , options = ''] = superblock.split(' ');
    if (type === 'cgroup2') found.push({ version: 2, controllers: [], place, root });
    if (type === 'cgroup') found.push({ version: 1, controllers: options.split(','), place, root });
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/\\(\d{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Lines of a name and a number: memory.stat, cpu.stat. */
export function parseFlatKeyed(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank > 0) found.set(line.slice(0, blank), Number(line.slice(blank + 1)));
  }
  return found;
}

/** A number, or `max`, which is none. Version 1 has the greatest multiple of a page instead of it. */
export function parseLimit(text: string): number | undefined {
  const value = Number(text.trim());
  return text.trim() === '' || Number.isNaN(value) || value >= 2 ** 62 ? undefined : value;
}

/** cpu.max: how much of a period may be used. */
export function parseCpuMax(text: string): number | undefined {
  const [quota = '', period = ''] = text.trim().split(' ');
  return cpuShare(parseLimit(quota), Number(period));
}

/** A quota of a period; none where the quota is below 0, which is version 1's word for it. */
export function cpuShare(quota: number | undefined, period: number): number | undefined {
  return quota === undefined || quota < 0 || !(period > 0) ? undefined : quota / period;
}

/** Numbers on one line: cpuacct.usage_percpu_user. */
export function parseNumbers(text: string): number[] {
  return text.trim() === '' ? [] : text.trim().split(/\s+/).map(Number);
}

/** A list as `0-3,8`. */
export function parseRanges(text: string): SysfsRange[] {
  const found: SysfsRange[] = [];
  for (const [, first = '', last = first] of text.matchAll(/(\d+)(?:-(\d+))?/g)) found.push({ first: Number(first), last: Number(last) });
  return found;
}

const NOTHING: GroupDisk = { bytesRead: 0, bytesWritten: 0, reads: 0, writes: 0, bytesDiscarded: 0, discards: 0 };

/** io.stat: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`. */
export function parseIoStat(text: string): Map<string, GroupDisk> {
  const names: Readonly<Record<string, keyof GroupDisk>> = {
    rbytes: 'bytesRead',
    wbytes: 'bytesWritten',
    rios: 'reads',
    wios: 'writes',
    dbytes: 'bytesDiscarded',
    dios: 'discards',
  };
  const found = new Map<string, GroupDisk>();
  for (const line of text.split('\n')) {
    // Devices that counted nothing stand in front of the next one's line.
    const [, device, rest = ''] = /(\d+:\d+) ((?:\w+=\d+ ?)+)$/.exec(line) ?? [];
    if (device === undefined) continue;
    const disk: { -readonly [Key in keyof GroupDisk]: number } = { ...NOTHING };
    for (const pair of rest.split(' ')) {
      const [key = '', value] = pair.split('=');
      const name = names[key];
      if (name) disk[name] = Number(value);
    }
    found.set(device, disk);
  }
  return found;
}

/** blkio.throttle.io_service_bytes and io_serviced: lines of `8:0 Read 123`. */
export function parseBlkio(bytes: string, requests: string): Map<string, GroupDisk> {
  const found = new Map<string, { -readonly [Key in keyof GroupDisk]: number }>();
  const names: Readonly<Record<string, readonly [keyof GroupDisk, keyof GroupDisk]>> = {
    Read: ['bytesRead', 'reads'],
    Write: ['bytesWritten', 'writes'],
    Discard: ['bytesDiscarded', 'discards'],
  };
  for (const [index, text] of [bytes, requests].entries()) {
    for (const [, device = '', word = '', value] of text.matchAll(/^(\d+:\d+) (\w+) (\d+)$/gm)) {
      let disk = found.get(device);
      if (!disk) found.set(device, (disk = { ...NOTHING }));
      const name = names[word]?.[index];
      if (name) disk[name] = Number(value);
    }
  }
  return found;
}

/** The parts of version 1's memory.stat, those of groups below included, by the names of version 2. */
export function memoryPartsOfVersion1(stat: ReadonlyMap<string, number>, kernel: number | undefined): Map<string, number> {
  const parts = new Map<string, number>();
  const names: Readonly<Record<string, string>> = {
    cache: 'file',
    rss: 'anon',
    rss_huge: 'anon_thp',
    shmem: 'shmem',
    mapped_file: 'file_mapped',
    dirty: 'file_dirty',
    writeback: 'file_writeback',
    swapcached: 'swapcached',
    inactive_anon: 'inactive_anon',
    active_anon: 'active_anon',
    inactive_file: 'inactive_file',
    active_file: 'active_file',
    unevictable: 'unevictable',
  };
  for (const [old, name] of Object.entries(names)) {
    const value = stat.get(`total_${old}`) ?? stat.get(old);
    if (value !== undefined) parts.set(name, value);
  }
  // Of the kernel's memory it tells no more than how much there is.
  if (kernel !== undefined) parts.set('kernel', kernel).set('slab', kernel).set('slab_unreclaimable', kernel);
  return parts;
}
