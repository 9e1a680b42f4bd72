/** The control groups of a Linux host: their files, in whichever hierarchies are mounted. */

import { constants } from 'node:fs';
import { ENODEV, type Errno, isErrno } from '../../../fs/errno.ts';
import type { GroupCpuTimes, GroupDisk, GroupMemory, GroupThreads, GroupView } from '../../model/control-groups.ts';
import type { Pressure, PressureResource } from '../../model/scheduling.ts';
import type { SysfsRange } from '../../model/sysfs.ts';
import type { ControlGroup } from '../../model/task-accounting.ts';
import type { HostFiles } from './host-files.ts';
import {
  type HierarchyMount,
  cpuShare,
  memoryPartsOfVersion1,
  parseBlkio,
  parseCpuMax,
  parseFlatKeyed,
  parseHierarchies,
  parseIoStat,
  parseLimit,
  parseNumbers,
  parseRanges,
} from './parse-control-groups.ts';
import { parsePressure } from './parse-load.ts';
import { Scanner } from './scanner.ts';

/** How many files of groups are kept open, and how many groups are remembered. */
const DESCRIPTORS = 256;
const GROUPS = 512;

const SYS = '/sys/';

/** Where a group's files are: a root, and a path below it. */
interface GroupPlace {
  readonly root: string;
  readonly path: string;
  readonly version: 1 | 2;
  /** From the top of what is mounted, with a slash; `/` for the top itself. */
  readonly below: string;
}

export class HostControlGroups {
  readonly #files: HostFiles;
  #hierarchies: readonly HierarchyMount[] | undefined;
  readonly #groups = new Map<string, HostGroup>();
  readonly #descriptors = new Map<string, number>();

  constructor(files: HostFiles) {
    this.#files = files;
  }

  /** The groups of a task, by its entries in PID/cgroup. */
  group(entries: readonly ControlGroup[]): GroupView {
    let key = '';
    for (const { hierarchy, path } of entries) key += `${hierarchy}:${path}\n`;
    let group = this.#groups.get(key);
    if (group?.isStill()) return group;
    if (this.#groups.size >= GROUPS) this.#groups.clear();
    this.#groups.set(key, (group = new HostGroup(this, entries)));
    return group;
  }

  /** Where a group is that has an entry; undefined for one that cannot be reached. */
  place(entry: ControlGroup): GroupPlace | undefined {
    const mount = this.#mounted().find(({ version, controllers }) =>
      entry.hierarchy === 0 ? version === 2 : version === 1 && entry.controllers.every((name) => controllers.includes(name)),
    );
    if (!mount) return undefined;
    const { root: top } = mount;
    if (top !== '/' && entry.path !== top && !entry.path.startsWith(`${top}/`)) return undefined;
    const below = top === '/' ? entry.path : entry.path.slice(top.length) || '/';
    // What is below /sys is reached as the source reaches that.
    const { sys } = this.#files.roots;
    const [root, path] = mount.place.startsWith(SYS) ? [sys, mount.place.slice(SYS.length)] : ['', mount.place];
    return { root, path, version: mount.version, below };
  }

  #mounted(): readonly HierarchyMount[] {
    if (this.#hierarchies) return this.#hierarchies;
    const length = this.#files.read('self/mountinfo');
    return (this.#hierarchies = isErrno(length) ? [] : parseHierarchies(this.#files.bytes.toString('latin1', 0, length)));
  }

  /** The text of a group's file; undefined where there is none. Descriptors of it are kept. */
  text({ root, path }: GroupPlace, below: string, file: string): string | undefined {
    const name = `${path}${below === '/' ? '' : below}/${file}`;
    let length = this.#read(root, name);
    // The group was removed, and perhaps there is another under its name.
    if (length === ENODEV) length = this.#read(root, name);
    return isErrno(length) ? undefined : this.#files.bytes.toString('latin1', 0, length);
  }

  #read(root: string, name: string): number | Errno {
    const key = root + name;
    const { calls } = this.#files;
    let descriptor = this.#descriptors.get(key);
    if (descriptor === undefined) {
      const opened = calls.open(root, name, constants.O_RDONLY);
      if (isErrno(opened)) return opened;
      descriptor = opened;
      const [oldest] = this.#descriptors.keys();
      if (oldest !== undefined && this.#descriptors.size >= DESCRIPTORS) this.#forget(oldest);
      this.#descriptors.set(key, descriptor);
    }
    const length = this.#files.readOnce(descriptor);
    if (isErrno(length)) this.#forget(key);
    return length;
  }

  #forget(key: string): void {
    const descriptor = this.#descriptors.get(key);
    if (descriptor === undefined) return;
    this.#descriptors.delete(key);
    this.#files.calls.close(descriptor);
  }

  /** The inode number of a group's directory, which identifies it. */
  inode({ root, path, below }: GroupPlace): number {
    const stats = this.#files.calls.stat(root, `${path}${below}`);
    return isErrno(stats) ? 0 : stats.ino;
  }

  /** The groups in a group, by their paths. */
  groupsIn({ root, path }: GroupPlace, below: string): string[] {
    const prefix = below === '/' ? '' : below;
    const names = this.#files.calls.listTypes(root, `${path}${prefix}`);
    return isErrno(names) ? [] : names.filter(({ type }) => type === DIRECTORY).map(({ name }) => `${prefix}/${name}`);
  }

  /** A list of ids in a file of a group that is looked at rarely, and so is not kept open. */
  ids({ root, path }: GroupPlace, below: string, file: string): readonly number[] {
    const { calls } = this.#files;
    const descriptor = calls.open(root, `${path}${below === '/' ? '' : below}/${file}`, constants.O_RDONLY);
    if (isErrno(descriptor)) return [];
    const length = this.#files.readAll(descriptor);
    calls.close(descriptor);
    return isErrno(length) ? [] : parseNumbers(this.#files.bytes.toString('latin1', 0, length));
  }

  /** The state of a thread, as PID/stat has it; undefined for one that ended. */
  stateOf(threadId: number): string | undefined {
    const length = this.#files.read(`${threadId}/stat`);
    if (isErrno(length)) return undefined;
    const { bytes } = this.#files;
    return String.fromCharCode(bytes[bytes.lastIndexOf(0x29, length) + 2] ?? 0);
  }

  dispose(): void {
    for (const descriptor of this.#descriptors.values()) this.#files.calls.close(descriptor);
    this.#descriptors.clear();
  }
}

const DIRECTORY = constants.S_IFDIR;

/** In which order the controllers of version 1 are asked who is in the group. */
const MEMBERS = ['cpuacct', 'cpu', 'memory', 'cpuset', 'pids', ''];

class HostGroup implements GroupView {
  readonly #groups: HostControlGroups;
  readonly isRoot: boolean;
  /** By controller; '' is version 2's. */
  readonly #places = new Map<string, GroupPlace>();
  readonly #inode: number;
  /** The list that was read last: it hardly ever changes. */
  #cpus: { readonly text: string; readonly ranges: readonly SysfsRange[] } | undefined;
  readonly #members: GroupPlace | undefined;

  constructor(groups: HostControlGroups, entries: readonly ControlGroup[]) {
    this.#groups = groups;
    for (const entry of entries) {
      const place = groups.place(entry);
      if (!place || place.below === '/' || place.below.startsWith('/..')) continue;
      for (const controller of place.version === 2 ? [''] : entry.controllers) this.#places.set(controller, place);
    }
    this.#members = MEMBERS.map((name) => this.#places.get(name)).find((place) => place !== undefined);
    this.isRoot = this.#members === undefined;
    this.#inode = this.#members ? groups.inode(this.#members) : 0;
  }

  get identity(): object {
    return this;
  }

  /** Whether its name means no other group by now. */
  isStill(): boolean {
    return !this.#members || this.#groups.inode(this.#members) === this.#inode;
  }

  /** A controller's group: of version 1 where that has it, otherwise of version 2. */
  #place(controller: string): GroupPlace | undefined {
    return this.#places.get(controller) ?? this.#places.get('');
  }

  /** A file of the group, or of the nearest above where the controller is at work. */
  #nearest(place: GroupPlace, file: string): { readonly text: string; readonly below: string } | undefined {
    for (let { below } = place; below !== '/'; below = above(below)) {
      const text = this.#groups.text(place, below, file);
      if (text !== undefined) return { text, below };
    }
    return undefined;
  }

  cpus(): readonly SysfsRange[] | undefined {
    const place = this.#place('cpuset');
    const found = place && this.#nearest(place, place.version === 2 ? 'cpuset.cpus.effective' : 'cpuset.effective_cpus');
    // Where no list was ever set, there is nothing to restrict to.
    if (!found || found.text === '' || found.text === '\n') return undefined;
    if (found.text !== this.#cpus?.text) this.#cpus = { text: found.text, ranges: parseRanges(found.text) };
    return this.#cpus.ranges;
  }

  cpuLimit(): number | undefined {
    const place = this.#place('cpu');
    if (!place) return undefined;
    let least: number | undefined;
    for (let { below } = place; below !== '/'; below = above(below)) {
      const share = this.#cpuShare(place, below);
      if (share !== undefined && (least === undefined || share < least)) least = share;
    }
    return least;
  }

  #cpuShare(place: GroupPlace, below: string): number | undefined {
    const read = (file: string): string => this.#groups.text(place, below, file) ?? '';
    if (place.version === 2) return parseCpuMax(read('cpu.max'));
    const quota = parseLimit(read('cpu.cfs_quota_us'));
    return quota === undefined || quota < 0 ? undefined : cpuShare(quota, Number(read('cpu.cfs_period_us')));
  }

  cpuTimes(): GroupCpuTimes | undefined {
    const place = this.#place('cpuacct');
    if (!place) return undefined;
    const read = (file: string): string => this.#groups.text(place, place.below, file) ?? '';
    if (place.version === 2) {
      const stat = parseFlatKeyed(read('cpu.stat'));
      const [user, system] = [stat.get('user_usec'), stat.get('system_usec')];
      if (user === undefined || system === undefined) return undefined;
      return { user, system, nice: stat.get('nice_usec') ?? 0, perCpu: undefined };
    }
    const [user, system] = ['user', 'sys'].map((word) => parseNumbers(read(`cpuacct.usage_percpu_${word}`)).map((nanoseconds) => nanoseconds / 1000));
    if (!user || !system || user.length === 0) return undefined;
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return { user: sum(user), system: sum(system), nice: 0, perCpu: { user, system } };
  }

  memory(): GroupMemory | undefined {
    const place = this.#place('memory');
    if (!place) return undefined;
    return place.version === 2 ? this.#memory2(place) : this.#memory1(place);
  }

  #memory2(place: GroupPlace): GroupMemory | undefined {
    const own = this.#nearest(place, 'memory.current');
    if (!own) return undefined;
    const read = (below: string, file: string): string => this.#groups.text(place, below, file) ?? '';
    const usage = Number(own.text);
    const swapUsage = Number(read(own.below, 'memory.swap.current'));
    let [limit, swapLimit]: (number | undefined)[] = [];
    let headroom = Infinity;
    for (let { below } = own; below !== '/'; below = above(below)) {
      for (const file of ['memory.max', 'memory.high']) {
        const here = parseLimit(read(below, file));
        if (here === undefined) continue;
        limit = Math.min(limit ?? Infinity, here);
        const used = below === own.below ? usage : Number(read(below, 'memory.current'));
        headroom = Math.min(headroom, Math.max(0, here - used));
      }
      const swap = parseLimit(read(below, 'memory.swap.max'));
      if (swap !== undefined) swapLimit = Math.min(swapLimit ?? Infinity, swap);
    }
    return { limit, usage, headroom, parts: parseFlatKeyed(read(own.below, 'memory.stat')), swapLimit, swapUsage };
  }

  #memory1(place: GroupPlace): GroupMemory | undefined {
    const read = (file: string): string => this.#groups.text(place, place.below, file) ?? '';
    const stat = parseFlatKeyed(read('memory.stat'));
    const usage = parseLimit(read('memory.usage_in_bytes'));
    if (usage === undefined) return undefined;
    const limit = parseLimit(String(stat.get('hierarchical_memory_limit') ?? ''));
    const both = parseLimit(String(stat.get('hierarchical_memsw_limit') ?? ''));
    return {
      limit,
      usage,
      headroom: limit === undefined ? Infinity : Math.max(0, limit - usage),
      parts: memoryPartsOfVersion1(stat, parseLimit(read('memory.kmem.usage_in_bytes'))),
      // Memory and swap have one limit together; what memory does not take of it, swap may.
      swapLimit: both === undefined || limit === undefined ? undefined : Math.max(0, both - limit),
      swapUsage: stat.get('total_swap') ?? 0,
    };
  }

  disks(): ReadonlyMap<string, GroupDisk> | undefined {
    const place = this.#place('blkio');
    if (!place) return undefined;
    if (place.version === 2) {
      const found = this.#nearest(place, 'io.stat');
      return found && parseIoStat(found.text);
    }
    const read = (file: string): string => this.#groups.text(place, place.below, `blkio.throttle.${file}_recursive`) ?? '';
    return parseBlkio(read('io_service_bytes'), read('io_serviced'));
  }

  pressure(resource: PressureResource): Pressure | undefined {
    const place = this.#places.get('');
    const text = place && this.#groups.text(place, place.below, `${resource}.pressure`);
    if (!text) return undefined;
    const bytes = Buffer.from(text, 'latin1');
    return parsePressure(new Scanner(bytes));
  }

  processIds(): readonly number[] {
    return this.#eachBelow((place, below) => this.#groups.ids(place, below, 'cgroup.procs'));
  }

  threads(): GroupThreads {
    let [total, running, blocked] = [0, 0, 0];
    const file = this.#members?.version === 2 ? 'cgroup.threads' : 'tasks';
    for (const id of this.#eachBelow((place, below) => this.#groups.ids(place, below, file))) {
      const state = this.#groups.stateOf(id);
      if (state === undefined) continue;
      total++;
      if (state === 'R') running++;
      if (state === 'D') blocked++;
    }
    return { total, running, blocked };
  }

  #eachBelow(idsOf: (place: GroupPlace, below: string) => readonly number[]): number[] {
    const place = this.#members;
    if (!place) return [];
    const found: number[] = [];
    const rest = [place.below];
    for (let below = rest.pop(); below !== undefined; below = rest.pop()) {
      for (const id of idsOf(place, below)) found.push(id);
      for (const group of this.#groups.groupsIn(place, below)) rest.push(group);
    }
    return found;
  }
}

/** The path of the group above. */
function above(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
