/** Which machine guests see: what may be said of it, and its processors. */

import type { X86Processor } from '../../../providers/model/system.ts';
import { type ProcessorKind, x86Processor } from '../../../providers/sources/plain/processors.ts';
import {
  CACHES,
  CACHE_LINE,
  FAMILY,
  FLAGS,
  MODEL,
  MODEL_NAME,
  PHYSICAL_ADDRESS_BITS,
  STEPPING,
  TSC_HERTZ,
  VENDOR,
  VIRTUAL_ADDRESS_BITS,
} from '../../cpu/identity.ts';

export interface Machine {
  /** Processors. Programs share one in truth, so that more of them only make programs start more threads. */
  readonly cpus: number;
  /** Bytes of memory. */
  readonly memory: number;
}

export const DEFAULT_MACHINE: Machine = { cpus: 1, memory: 4 * 2 ** 30 };

/** CPUID's last basic leaf. */
const LAST_LEAF = 11;

const KIND: ProcessorKind = {
  vendor: VENDOR,
  family: FAMILY,
  model: MODEL,
  modelName: MODEL_NAME,
  stepping: STEPPING,
  hertz: TSC_HERTZ,
  cacheSize: CACHES.at(-1)?.size,
  cpuidLevel: LAST_LEAF,
  flags: FLAGS,
  clflushSize: CACHE_LINE,
  physicalAddressBits: PHYSICAL_ADDRESS_BITS,
  virtualAddressBits: VIRTUAL_ADDRESS_BITS,
};

/** The entries of /proc/cpuinfo. */
export function processorsOf({ cpus }: Machine): X86Processor[] {
  return Array.from({ length: cpus }, (_, id) => x86Processor(KIND, { id, package: 0, core: id, cores: cpus, siblings: cpus, apicId: id }));
}
