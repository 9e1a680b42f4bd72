/**
 * The machine of a guest as its files at the top of /proc tell of it. What the machine does not have is absent from `has` in
 * guest-view.ts.
 */

import type { U64 } from '../../../fs/u64.ts';
import type * as ipc from '../../../providers/model/ipc.ts';
import type * as system from '../../../providers/model/system.ts';
import { PlainSystem, SOFT_INTERRUPTS } from '../../../providers/sources/plain/plain-system.ts';
import { memoryTable } from '../../../providers/sources/plain/memory-table.ts';
import { USER_HZ } from '../clocks.ts';
import type { Guest } from './guest.ts';

const NS_PER_TICK = 1e9 / USER_HZ;

export abstract class GuestSystem extends PlainSystem {
  protected readonly guest: Guest;

  constructor(guest: Guest) {
    super();
    this.guest = guest;
  }

  protected get processorCount(): number {
    return this.guest.machine.cpus;
  }

  /** Programs share one processor in truth: what they used is the first one's. */
  statistics(): system.KernelStatistics {
    const { guest } = this;
    const { user, kernel } = guest.processorTime();
    const up = guest.now();
    const ticks = (ns: number): number => Math.floor(ns / NS_PER_TICK);
    const times = (userTime: number, systemTime: number, idle: number): number[] => [ticks(userTime), 0, ticks(systemTime), ticks(idle), 0, 0, 0, 0, 0, 0];
    const busy = times(user, kernel, Math.max(0, up - user - kernel));
    const { cpus } = guest.machine;
    const none = SOFT_INTERRUPTS.map(() => 0);
    return {
      total: { ticks: times(user, kernel, Math.max(0, up * cpus - user - kernel)) },
      cpus: this.cpuNumbers().map((id) => ({ id, ticks: id === 0 ? busy : times(0, 0, up) })),
      interrupts: { total: 0, counts: [0] },
      contextSwitches: guest.contextSwitches(),
      bootTime: guest.bootSeconds,
      forks: guest.processesMade(),
      running: guest.running(),
      blocked: 0,
      softInterrupts: { total: 0, counts: none },
    };
  }

  memory(): ReadonlyMap<string, U64> {
    return memoryTable(this.guest.machine.memory, this.guest.memoryUse());
  }

  uptime(): system.Uptime {
    const { user, kernel } = this.guest.processorTime();
    const up = this.guest.now();
    const idle = Math.max(0, up * this.guest.machine.cpus - user - kernel);
    return { up: Math.floor(up / 1e7), idle: Math.floor(idle / 1e7) };
  }

  loadAverage(): system.LoadAverage {
    const { guest } = this;
    const [one = 0, five = 0, fifteen = 0] = guest.kernel.load.averages().map((average) => Math.floor(average * 100));
    return { averages: [one, five, fifteen], running: guest.running(), total: guest.taskCount(), lastId: guest.lastId() };
  }

  release(): system.KernelRelease {
    const { release, version } = this.guest.names();
    return { sysname: 'Linux', release, version, builder: 'compatfs@compatfs', compiler: 'TypeScript' };
  }

  processors(): readonly system.Processor[] {
    return this.guest.processors();
  }

  memoryEvents(): ReadonlyMap<string, U64> {
    const { free, anonymous, files, shared } = this.guest.memoryUse();
    const pages = (bytes: number): number => Math.floor(bytes / 4096);
    const faults = this.guest.faults();
    return new Map<string, U64>([
      ['nr_free_pages', pages(free)],
      ['nr_anon_pages', pages(anonymous)],
      ['nr_mapped', pages(files)],
      ['nr_file_pages', pages(files + shared)],
      ['nr_shmem', pages(shared)],
      ['pgpgin', 0],
      ['pgpgout', 0],
      ['pswpin', 0],
      ['pswpout', 0],
      ['pgfault', faults.minor + faults.major],
      ['pgmajfault', faults.major],
    ]);
  }

  override sharedMemory(): readonly ipc.SharedMemory[] {
    return this.guest.kernel.sharedMemory.segments().map((segment) => {
      const { key, id, mode, uid, gid, creatorUid, creatorGid, changed, size, creator, lastUser, attachments, attached, detached } = segment;
      // Differs: what nobody has touched counts as in memory.
      const resident = Math.ceil(size / 4096) * 4096;
      return { key, id, mode, uid, gid, creatorUid, creatorGid, changed, size, resident, swapped: 0, creator, lastUser, attachments, attached, detached };
    });
  }

  override fileLocks(): readonly ipc.FileLock[] {
    return this.guest.fileLocks();
  }
}
