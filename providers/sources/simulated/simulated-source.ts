/** A simulated machine as a source: what linprocfs and linsysfs show of it. */

import type { Caller } from '../../../fs/caller.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import type { SysfsView } from '../../model/sysfs.ts';
import type { TaskView } from '../../model/task.ts';
import { masksOf } from '../described/cpu-sets.ts';
import type { Machine } from './machine.ts';
import { parametersOf } from './parameters.ts';
import type { Life } from './population.ts';
import { SimulatedMounts } from './simulated-mounts.ts';
import { networkOf } from './simulated-network.ts';
import { sysfsOf } from './simulated-sysfs.ts';
import type { PlainSource } from '../plain/plain-system.ts';
import { type Hardware, SimulatedSystem, hardwareOf } from './simulated-system.ts';
import { SimulatedTask, type TaskWorld } from './simulated-task.ts';
import { type Clock, Simulation } from './simulation.ts';
import { Sockets } from './sockets.ts';

/** The optional files that simulated machines have, by their path under /proc. */
const FILES: ReadonlySet<string> = new Set(
  (
    'buddyinfo bus/pci cgroups consoles diskstats execdomains irq irq/N/effective_affinity irq/default_smp_affinity locks mdstat modules partitions pressure pressure/cpu pressure/io pressure/memory schedstat scsi scsi/scsi scsi/sg slabinfo swaps sysrq-trigger sysvipc tty vmstat zoneinfo ' +
    'PID/autogroup PID/cgroup PID/coredump_filter PID/cpuset PID/gid_map PID/io PID/loginuid PID/numa_maps PID/projid_map PID/schedstat PID/sessionid PID/setgroups PID/smaps ' +
    'PID/smaps_rollup PID/task/TID/children PID/timers PID/uid_map PID/wchan'
  ).split(' '),
);

/** A machine as it is from now on: what stays the same from one view to the next. */
export class SimulatedSource implements KernelSource, PlainSource, TaskWorld {
  readonly files: ReadonlySet<string> = FILES;
  readonly namesLast: true = true;
  readonly simulation: Simulation;
  readonly sockets: Sockets;
  readonly network: TaskWorld['network'];
  readonly mounts: SimulatedMounts;
  readonly allCpus: TaskWorld['allCpus'];
  readonly allNodes: TaskWorld['allNodes'];
  readonly visitor: number;
  readonly #hardware: Hardware;
  readonly #tasks = new WeakMap<Life, SimulatedTask[]>();
  #view: SimulatedView;
  #sysctl: SysctlView | undefined;
  #sysfs: SysfsView | undefined;

  constructor(machine: Machine, clock: Clock) {
    const simulation = new Simulation(machine, clock);
    this.simulation = simulation;
    this.sockets = new Sockets(simulation);
    this.network = networkOf(simulation, this.sockets);
    this.mounts = new SimulatedMounts(machine);
    const all = (count: number): TaskWorld['allCpus'] => masksOf(Array.from({ length: count }, (_, index) => index), count).mask;
    this.allCpus = all(machine.topology.cpus);
    this.allNodes = all(machine.topology.nodes);
    const { population } = simulation;
    const visitor = population.groups.find(({ template }) => template.text.visitor);
    this.visitor = visitor ? (population.lifeIn(visitor.first, simulation.time)?.pid ?? 1) : 1;
    this.#hardware = hardwareOf(simulation);
    this.#view = new SimulatedView(this, this.#hardware);
  }

  /** The clock is looked at here alone, so nothing changes while one question is answered. */
  view(_caller?: Caller): KernelView {
    const { simulation } = this;
    const { time } = simulation;
    simulation.tick();
    if (simulation.time !== time) this.#view = new SimulatedView(this, this.#hardware);
    return this.#view;
  }

  /** The view that was handed out last. */
  get latest(): KernelView {
    return this.#view;
  }

  get sysctl(): SysctlView {
    return (this.#sysctl ??= parametersOf(this.simulation));
  }

  get sysfs(): SysfsView {
    return (this.#sysfs ??= sysfsOf(this.simulation));
  }

  /** The thread of an id. */
  task(threadId: number): TaskView | undefined {
    const life = this.simulation.population.find(threadId, this.simulation.time);
    if (!life) return undefined;
    const leader = this.taskOf(life, 0);
    return threadId === life.pid ? leader : leader.thread(threadId);
  }

  taskOf(life: Life, thread: number): SimulatedTask {
    let tasks = this.#tasks.get(life);
    if (!tasks) this.#tasks.set(life, (tasks = []));
    return (tasks[thread] ??= new SimulatedTask(this, life, thread));
  }
}

/** The machine at one moment; another object for another one, for texts are kept by it. */
class SimulatedView extends SimulatedSystem implements KernelView {
  protected readonly source: SimulatedSource;

  constructor(source: SimulatedSource, hardware: Hardware) {
    super(source.simulation, hardware);
    this.source = source;
  }

  processIds(after: number): readonly number[] {
    return this.simulation.population.ids(this.simulation.time, after);
  }

  processCount(): number {
    return this.simulation.population.count(this.simulation.time);
  }

  visitor(): number {
    return this.source.visitor;
  }
}
