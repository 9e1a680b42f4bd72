/** Any machine that Node and systeminformation know, as a source: what linprocfs and linsysfs show of it. */

import type { Caller } from '../../../fs/caller.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import type { BitMask } from '../../model/bit-mask.ts';
import type { NetworkView } from '../../model/network.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import type { SysfsView } from '../../model/sysfs.ts';
import type { Mount } from '../../model/task-mounts.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { PlainSource } from '../plain/plain-system.ts';
import type { Feed } from './feed.ts';
import { steadyNow } from './parts.ts';
import { sensorsShape } from './portable-hardware.ts';
import { mountsOf } from './portable-mounts.ts';
import { networkOf } from './portable-network.ts';
import { parametersOf } from './portable-parameters.ts';
import { shapeOf, sysfsOf } from './portable-sysfs.ts';
import { PortableSystem } from './portable-system.ts';
import { PortableTask, type TaskWorld } from './portable-task.ts';
import type { Snapshot } from './snapshot.ts';

/** The optional files that portable machines have, by their path under /proc. */
const FILES: ReadonlySet<string> = new Set(
  (
    'buddyinfo diskstats execdomains locks modules partitions pressure pressure/cpu pressure/io pressure/memory schedstat slabinfo swaps sysrq-trigger tty vmstat zoneinfo ' +
    'PID/autogroup PID/cgroup PID/coredump_filter PID/gid_map PID/io PID/loginuid PID/projid_map PID/sessionid PID/setgroups PID/smaps_rollup PID/task/TID/children PID/uid_map'
  ).split(' '),
);

/** The parts that tell which objects /sys has: those that hardly change, which whoever looks there wants, and all of them. */
const OBJECTS = ['machine', 'interfaces', 'disks', 'hardware'] as const;
const SHAPING = [...OBJECTS, 'power', 'temperatures'] as const;

/** How long one view may be handed out again, in milliseconds. */
const VIEW_MS = 1;
/** How many processes are remembered that may be gone, for each that is there. */
const SPARE = 2;

/** The mounts that were made of what was known. */
interface Mounted {
  readonly of: Snapshot['disks'];
  readonly list: readonly Mount[];
  readonly text: string;
  readonly version: number;
}

export class PortableSource implements KernelSource, PlainSource, TaskWorld {
  readonly files: ReadonlySet<string> = FILES;
  readonly network: NetworkView;
  readonly oneNode: BitMask = masksOf([0], 1).mask;
  readonly #feed: Feed;
  readonly #own: number;
  readonly #tasks = new Map<number, PortableTask>();
  #view: PortableView;
  #viewedAt = 0;
  /** The view in which processes were asked for. */
  #wantedIn: PortableView | undefined;
  #sysctl: SysctlView | undefined;
  #sysfs: { readonly of: Pick<Snapshot, (typeof SHAPING)[number]>; readonly shape: string; readonly sensors: string; readonly tree: SysfsView } | undefined;
  #mounts: Mounted | undefined;
  #cpus: BitMask = masksOf([0], 1).mask;

  /** `own` is the process that those are taken for who look. */
  constructor(feed: Feed, own: number = process.pid) {
    this.#feed = feed;
    this.#own = own;
    feed.take();
    this.network = networkOf(feed);
    this.#view = new PortableView(this, feed);
  }

  /** Never waits: what is known by now is shown. */
  view(_caller?: Caller): KernelView {
    const now = steadyNow();
    // Here alone something is taken over, so nothing changes while one question is answered.
    if (this.#feed.take() !== this.#view.known || now - this.#viewedAt >= VIEW_MS) {
      this.#viewedAt = now;
      this.#view = new PortableView(this, this.#feed);
    }
    return this.#view;
  }

  get latest(): KernelView {
    return this.#view;
  }

  get snapshot(): Snapshot {
    // A scan asks for much of each process.
    if (this.#wantedIn !== this.#view) {
      this.#wantedIn = this.#view;
      this.#feed.want('processes');
    }
    return this.#view.known;
  }

  get allCpus(): BitMask {
    const { length } = this.#view.known.times.cpus;
    if (this.#cpus.bits !== length) this.#cpus = masksOf(Array.from({ length }, (_, cpu) => cpu), length).mask;
    return this.#cpus;
  }

  get sysctl(): SysctlView {
    return (this.#sysctl ??= parametersOf(this.#feed));
  }

  /** Made anew when other objects are there. */
  get sysfs(): SysfsView {
    for (const part of OBJECTS) this.#feed.want(part);
    const snapshot = this.#feed.now();
    const known = this.#sysfs;
    if (known && SHAPING.every((part) => known.of[part] === snapshot[part])) return known.tree;
    const { machine, interfaces, disks, hardware, power, temperatures } = snapshot;
    const shape = known && OBJECTS.every((part) => known.of[part] === snapshot[part]) ? known.shape : shapeOf(snapshot);
    const sensors = sensorsShape(snapshot);
    const tree = known?.shape === shape && known.sensors === sensors ? known.tree : sysfsOf(this.#feed);
    this.#sysfs = { of: { machine, interfaces, disks, hardware, power, temperatures }, shape, sensors, tree };
    return this.#sysfs.tree;
  }

  mounts: () => readonly Mount[] = () => this.#mounted().list;

  mountsVersion: () => number = () => this.#mounted().version;

  #mounted(): Mounted {
    this.#feed.want('disks');
    const { disks } = this.#feed.now();
    const known = this.#mounts;
    if (known?.of === disks) return known;
    const list = mountsOf({ disks });
    const text = JSON.stringify(list);
    return (this.#mounts = { of: disks, list, text, version: (known?.version ?? 0) + (known?.text === text ? 0 : 1) });
  }

  /** The process of an id. */
  task(id: number): PortableTask | undefined {
    const { processes } = this.snapshot;
    const row = processes.find(id);
    if (row < 0) return undefined;
    const life = processes.number(row, 'life');
    const known = this.#tasks.get(id);
    if (known?.life === life) return known;
    if (this.#tasks.size > SPARE * processes.length) for (const [other, task] of this.#tasks) if (task.row < 0) this.#tasks.delete(other);
    const task = new PortableTask(this, id, life);
    this.#tasks.set(id, task);
    return task;
  }

  /** The process that those are taken for who look: the server itself, or the first one there is. */
  visitor(): number | undefined {
    const { processes } = this.snapshot;
    if (processes.find(this.#own) >= 0) return this.#own;
    return processes.length > 0 ? processes.number(0, 'pid') : undefined;
  }

  dispose(): void {
    this.#feed.close();
  }
}

/** The machine at one moment; another object for another one, for texts are kept by it. */
class PortableView extends PortableSystem implements KernelView {
  protected readonly source: PortableSource;

  constructor(source: PortableSource, feed: Feed) {
    super(feed);
    this.source = source;
  }

  /** All that was known at that moment. */
  get known(): Snapshot {
    return this.snapshot;
  }

  processIds(after: number): readonly number[] {
    return this.read('processes').ids(after);
  }

  processCount(): number {
    return this.read('processes').length;
  }

  visitor(): number | undefined {
    return this.source.visitor();
  }
}
