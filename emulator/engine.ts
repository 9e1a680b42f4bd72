/** What a kernel runs programs with: the loaders, the processor, and the system calls of each brand. */

import { LINUX64 } from './brand/brand.ts';
import { Processor, type ProcessorOptions } from './cpu/processor.ts';
import type { Engine } from './kernel/kernel.ts';
import { prepareExec } from './loader/exec.ts';
import { MappedFiles } from './memory/mapped-files.ts';
import { LINUX_X64 } from './syscalls/table-x64.ts';

/** Makes the parts for one machine. */
export function makeEngine(options: ProcessorOptions = {}): Engine {
  return {
    execute: (request) => prepareExec(request),
    createProcessor: (space, host) => new Processor(space.memory, host, options),
    mappedFiles: new MappedFiles(),
    brands: new Map([[LINUX64.name, LINUX_X64]]),
  };
}
