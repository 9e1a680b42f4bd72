/** Processor times, load and memory: node:os, and systeminformation's mem(). */

import type { Counters } from './counters.ts';
import type { Finding } from './parts.ts';
import type { MemoryFacts, TimesFacts } from './snapshot.ts';
import { count, fields, finite, records } from './values.ts';

/** Milliseconds of a tick. */
const TICK_MS = 10;
/** By how much the moment of boot may seem to move before it is believed to have, in seconds: clocks are set. */
const BOOT_SLACK = 2;

/** `before` is what was found the last time, of which the moment of boot stays. */
export function mapTimes({ results, platform, wall, steady }: Omit<Finding, 'part' | 'first'>, counters: Counters, before: TimesFacts): TimesFacts {
  const uptime = Math.max(0, finite(results['uptime']) ?? 0);
  const booted = Math.max(0, Math.floor(wall / 1000 - uptime));
  const cpus = records(results['cpus']).map((cpu, index) => {
    const times = fields(cpu['times']);
    const ticks = (name: string): number => Math.floor(count(times[name], 0) / TICK_MS);
    // Windows counts the time of interrupts as the system's too.
    const system = platform === 'win32' ? Math.max(0, ticks('sys') - ticks('irq')) : ticks('sys');
    const columns = [ticks('user'), ticks('nice'), system, ticks('idle'), 0, ticks('irq'), 0, 0, 0, 0];
    return {
      ticks: columns.map((value, column) => counters.at(`cpu${index}.${column}`, value)),
      megahertz: count(cpu['speed'], 0),
    };
  });
  const load = Array.isArray(results['load']) ? results['load'] : [];
  const average = (index: number): number => Math.round(Math.max(0, finite(load[index]) ?? 0) * 100);
  return {
    uptime,
    steady,
    bootTime: before.bootTime !== 0 && Math.abs(before.bootTime - booted) <= BOOT_SLACK ? before.bootTime : booted,
    cpus: cpus.length > 0 ? cpus : before.cpus,
    load: [average(0), average(1), average(2)],
  };
}

export function mapMemory({ results, platform }: Pick<Finding, 'results' | 'platform'>, { total: totalBefore }: MemoryFacts): MemoryFacts {
  const mem = fields(results['mem']);
  const total = count(mem['total'], totalBefore);
  const within = (value: unknown, otherwise: number, most = total): number => Math.min(most, count(value, otherwise));
  const free = within(mem['free'], 0);
  const used = total - free;
  const buffers = within(mem['buffers'], 0, used);
  // Where Linux's three kinds are not told apart, all that can be given back is what files have in memory.
  const kept = within(mem['buffcache'], 0, used - buffers);
  const linux = platform === 'linux';
  const slab = linux ? within(mem['slab'], 0, used - buffers) : 0;
  const cached = linux ? within(mem['cached'], 0, used - buffers - slab) : kept;
  const swap = count(mem['swaptotal'], 0);
  return {
    total,
    free,
    available: within(mem['available'], free),
    buffers,
    cached,
    slab,
    reclaimableSlab: linux ? within(mem['reclaimable'], 0, slab) : 0,
    swap,
    swapFree: Math.min(swap, count(mem['swapfree'], swap)),
    dirty: within(mem['dirty'], 0, used),
    writeback: within(mem['writeback'], 0, used),
  };
}
