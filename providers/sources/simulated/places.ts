/** Where the CPUs of a machine are. Threads are numbered as firmware usually does it: the first ones of all cores, then the second ones. */

import type { Topology } from './machine.ts';

export interface CpuPlace {
  readonly socket: number;
  /** In the socket. */
  readonly core: number;
  readonly thread: number;
  readonly node: number;
}

export function cpuPlace({ sockets, cores, nodesPerSocket }: Topology, cpu: number): CpuPlace {
  const all = sockets * cores;
  const place = cpu % all;
  const socket = Math.floor(place / cores);
  const core = place % cores;
  return { socket, core, thread: Math.floor(cpu / all), node: socket * nodesPerSocket + Math.floor((core * nodesPerSocket) / cores) };
}
