/** How the processors of a machine are arranged, as far as that is told. */

import type { MachineFacts } from './snapshot.ts';

export interface Topology {
  readonly cpus: number;
  readonly packages: number;
  /** In each package. */
  readonly cores: number;
  /** Of each core. */
  readonly threads: number;
}

/** Numbers that do not multiply to the number of CPUs (cores of several kinds) give one package of single-threaded cores. */
export function topologyOf({ packages, cores }: Pick<MachineFacts, 'packages' | 'cores'>, cpus: number): Topology {
  const even = cores % packages === 0 && cpus % cores === 0;
  return even ? { cpus, packages, cores: cores / packages, threads: cpus / cores } : { cpus, packages: 1, cores: cpus, threads: 1 };
}

/** Threads are numbered as firmware usually does it: the first ones of all cores, then the second ones. */
export function placeOf({ packages, cores, threads }: Topology, cpu: number): { readonly package: number; readonly core: number; readonly apicId: number } {
  const at = cpu % (packages * cores);
  return { package: Math.floor(at / cores), core: at % cores, apicId: at * threads + Math.floor(cpu / (packages * cores)) };
}
