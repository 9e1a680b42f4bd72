/** Which machine guests see: what may be said of it, and its processors. */

import type { X86Processor } from '../../../providers/model/system.ts';
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

/** The entries of /proc/cpuinfo. */
export function processorsOf({ cpus }: Machine): X86Processor[] {
  const last = CACHES.at(-1)?.size;
  return Array.from({ length: cpus }, (_, id): X86Processor => ({
    architecture: 'x86',
    id,
    vendor: VENDOR,
    family: FAMILY,
    model: MODEL,
    modelName: MODEL_NAME,
    stepping: STEPPING,
    microcode: undefined,
    frequency: TSC_HERTZ / 1000,
    cacheSize: last,
    topology: { physicalId: 0, siblings: cpus, coreId: id, cores: cpus, apicId: id, initialApicId: id },
    oldBugs: undefined,
    fpu: true,
    fpuException: true,
    cpuidLevel: LAST_LEAF,
    writeProtect: true,
    flags: FLAGS,
    vmxFlags: undefined,
    bugs: [],
    bogomips: (2 * TSC_HERTZ) / 10_000,
    tlbPages: undefined,
    clflushSize: CACHE_LINE,
    cacheAlignment: CACHE_LINE,
    physicalAddressBits: PHYSICAL_ADDRESS_BITS,
    virtualAddressBits: VIRTUAL_ADDRESS_BITS,
    powerManagement: [],
  }));
}
