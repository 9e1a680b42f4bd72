/** The entries of /proc/cpuinfo of a machine whose processors are all alike. */

import type { X86Processor } from '../../model/system.ts';

/** What all of them are. */
export type ProcessorKind = Pick<
  X86Processor,
  'vendor' | 'family' | 'model' | 'modelName' | 'stepping' | 'flags' | 'physicalAddressBits' | 'virtualAddressBits' | 'cacheSize' | 'clflushSize' | 'cpuidLevel'
> &
  Partial<Pick<X86Processor, 'microcode' | 'bugs' | 'tlbPages' | 'powerManagement'>> & {
    /** Of the time stamp counter. */
    readonly hertz: number;
  };

/** Where one is: its package, its core in the package, and how many threads and cores the package has. */
export interface ProcessorPlace {
  readonly id: number;
  readonly package: number;
  readonly core: number;
  readonly cores: number;
  readonly siblings: number;
  readonly apicId: number;
}

/** An entry. */
export function x86Processor(kind: ProcessorKind, place: ProcessorPlace): X86Processor {
  const { hertz, ...rest } = kind;
  return {
    architecture: 'x86',
    microcode: undefined,
    bugs: [],
    tlbPages: undefined,
    powerManagement: [],
    ...rest,
    id: place.id,
    frequency: Math.round(hertz / 1000),
    topology: {
      physicalId: place.package,
      siblings: place.siblings,
      coreId: place.core,
      cores: place.cores,
      apicId: place.apicId,
      initialApicId: place.apicId,
    },
    oldBugs: undefined,
    fpu: true,
    fpuException: true,
    writeProtect: true,
    vmxFlags: undefined,
    bogomips: (2 * hertz) / 10_000,
    cacheAlignment: kind.clflushSize,
  };
}
