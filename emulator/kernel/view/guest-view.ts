/** A guest's kernel at one moment: what linprocfs, linsysfs, devfs and fdescfs inside its tree are fed from. */

import type { Caller } from '../../../fs/caller.ts';
import type { Device } from '../../../fs/devices/device-table.ts';
import type { KernelSource, KernelView } from '../../../providers/kernel-view.ts';
import type { SysctlView } from '../../../providers/model/sysctl.ts';
import type { SysfsView } from '../../../providers/model/sysfs.ts';
import type { TaskView } from '../../../providers/model/task.ts';
import { type LiveParameter, PlainSysctl, standardParameters } from '../../../providers/sources/plain/parameters.ts';
import type { PlainSource } from '../../../providers/sources/plain/plain-system.ts';
import { LOWEST_ADDRESS } from '../../memory/layout.ts';
import type { Kernel } from '../kernel.ts';
import type { Task } from '../task.ts';
import { Guest } from './guest.ts';
import { GuestSystem } from './guest-system.ts';
import { sysfsOf } from './sysfs.ts';
import { GuestTask } from './guest-task.ts';

/** The optional files that a guest's kernel has, by their path under /proc. */
const FILES: ReadonlySet<string> = new Set([
  'consoles',
  'diskstats',
  'execdomains',
  'interrupts',
  'locks',
  'modules',
  'partitions',
  'swaps',
  'sysvipc',
  'tty',
  'vmstat',
  'PID/cgroup',
  'PID/coredump_filter',
  'PID/gid_map',
  'PID/io',
  'PID/loginuid',
  'PID/schedstat',
  'PID/sessionid',
  'PID/setgroups',
  'PID/smaps',
  'PID/smaps_rollup',
  'PID/task/TID/children',
  'PID/uid_map',
  'PID/projid_map',
  'PID/wchan',
]);

/** Parameters that are otherwise than on other machines: nothing is placed at random. */
const PARAMETERS: readonly (readonly [path: string, value: readonly number[]])[] = [
  ['kernel/randomize_va_space', [0]],
  ['vm/mmap_min_addr', [LOWEST_ADDRESS]],
];

/** Where the views of a guest come from. They keep nothing, but each is another object, for texts are kept by the view they were made of. */
export class GuestSource implements KernelSource, PlainSource {
  readonly files: ReadonlySet<string> = FILES;
  readonly holdsFiles: true = true;
  readonly guest: Guest;
  readonly #view: GuestView;
  readonly #tasks = new WeakMap<Task, GuestTask>();
  readonly #devices: () => Iterable<Device>;
  #sysctl: SysctlView | undefined;
  #sysfs: SysfsView | undefined;

  constructor(kernel: Kernel, devices: () => Iterable<Device> = () => []) {
    this.guest = new Guest(kernel);
    this.#devices = devices;
    this.#view = new GuestView(this);
  }

  view(_caller: Caller): KernelView {
    return new GuestView(this);
  }

  /** The view of a task. */
  viewOf(task: Task): GuestTask {
    let view = this.#tasks.get(task);
    if (!view) this.#tasks.set(task, (view = new GuestTask(this.#view, this.guest.kernel, task)));
    return view;
  }

  task(threadId: number): TaskView | undefined {
    const task = this.guest.kernel.tasks.get(threadId);
    return task && this.viewOf(task);
  }

  get sysctl(): SysctlView {
    return (this.#sysctl ??= new PlainSysctl([...standardParameters(this.guest.machine.memory), ...PARAMETERS], this.#liveParameters()));
  }

  get sysfs(): SysfsView {
    return (this.#sysfs ??= sysfsOf(this.guest.machine, this.#devices()));
  }

  #liveParameters(): ReadonlyMap<string, LiveParameter> {
    const { kernel } = this.guest;
    const { name } = kernel;
    const text = (read: () => string, set?: (value: string) => void): LiveParameter => ({
      read,
      ...(set && { write: (value) => (set(String(value)), 0) }),
    });
    return new Map<string, LiveParameter>([
      ['kernel/hostname', text(() => name.hostname, (value) => void (name.hostname = value))],
      ['kernel/domainname', text(() => name.domain, (value) => void (name.domain = value))],
      ['kernel/osrelease', text(() => name.release)],
      ['kernel/version', text(() => name.version)],
    ]);
  }
}

class GuestView extends GuestSystem implements KernelView {
  protected readonly source: GuestSource;

  constructor(source: GuestSource) {
    super(source.guest);
    this.source = source;
  }

  processIds(after: number): readonly number[] {
    return [...this.guest.kernel.processes.keys()].filter((id) => id > after).sort((a, b) => a - b);
  }

  processCount(): number {
    return this.guest.kernel.processes.size;
  }
}
