/** What a kernel runs programs with: the loaders, the processor, and the system calls of each brand. */

import { BRANDS, LINUX64 } from './brand/brand.ts';
import { Processor, type ProcessorOptions } from './cpu/processor.ts';
import type { Engine } from './kernel/kernel.ts';
import { prepareExec } from './loader/exec.ts';
import { MappedFiles } from './memory/mapped-files.ts';
import { LINUX_X64 } from './syscalls/table-x64.ts';

/** Makes the parts for one machine. `brands` are the names of those whose programs run; absent, all do. */
export function makeEngine(options: ProcessorOptions = {}, brands?: readonly string[]): Engine {
  return {
    ...(brands && { disabledBrands: new Set(BRANDS.map(({ name }) => name).filter((name) => !brands.includes(name))) }),
    execute: (request) => prepareExec(request),
    createProcessor: (space, host) => new Processor(space.memory, host, options),
    mappedFiles: new MappedFiles(),
    brands: new Map([[LINUX64.name, LINUX_X64]]),
  };
}
