/** The address space of a simulated process. It has mappings and no bytes. */

import { ESRCH, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { AddressSpace, MappingUsage, MemoryMapping, MemoryUsage, NumaMapping, SamePageMerging, TotalUsage } from '../../model/task-memory.ts';
import { PlainAddressSpace } from '../plain/plain-address-space.ts';
import { plainUsage } from '../plain/plain-usage.ts';
import { LIBRARIES_USED, THREAD_STACK } from './address-layout.ts';
import { scramble } from './chance.ts';
import { PAGE } from './memory-state.ts';
import { rootDevice } from './simulated-mounts.ts';
import type { SimulatedTask } from './simulated-task.ts';

const KIB = 1024;

/** A mapping with the pages of it that are in memory, of files and not. */
interface Piece {
  readonly mapping: MemoryMapping;
  readonly files: number;
  readonly anonymous: number;
}

export class SimulatedAddressSpace extends PlainAddressSpace<SimulatedTask> implements AddressSpace {
  generation(): string | Errno {
    return this.of.check() || String(this.of.life.pid);
  }

  mappings(): readonly MemoryMapping[] | Errno {
    return this.of.check() || this.#pieces().map(({ mapping }) => mapping);
  }

  mappingUsages(): Iterable<MappingUsage> | Errno {
    return this.of.check() || this.#pieces().map(usageOf);
  }

  totalUsage(): TotalUsage | Errno {
    const error = this.of.check();
    if (error) return error;
    const pieces = this.#pieces();
    const [first] = pieces;
    const last = pieces.at(-1);
    if (!first || !last) return ESRCH;
    const files = pieces.reduce((sum, piece) => sum + piece.files, 0);
    const anonymous = pieces.reduce((sum, piece) => sum + piece.anonymous, 0);
    return {
      start: first.mapping.start,
      end: last.mapping.end,
      usage: { ...usage(files, anonymous), proportionalAnonymous: anonymous * 4, proportionalFile: files * 4, proportionalShared: 0 },
    };
  }

  /** Where the memory is: on the node of the CPU that the process is on. */
  numaMappings(): readonly NumaMapping[] | Errno {
    const error = this.of.check();
    if (error) return error;
    const { nodes } = this.of.world.simulation.machine.topology;
    const node = this.of.life.slot % nodes;
    return this.#pieces().map(({ mapping, files, anonymous }): NumaMapping => {
      const isFile = mapping.inode !== 0;
      const none = { swapCache: undefined, active: undefined, writeback: undefined, mostMapped: undefined };
      return {
        start: mapping.start,
        policy: { mode: 'default', flags: [], nodes: undefined },
        file: isFile ? mapping.name : undefined,
        area: mapping.name === '[heap]' ? 'heap' : mapping.name === '[stack]' ? 'stack' : undefined,
        huge: false,
        pages:
          files + anonymous === 0
            ? undefined
            : {
                ...none,
                anonymous: anonymous || undefined,
                dirty: anonymous || undefined,
                mapped: isFile ? files + anonymous : undefined,
                nodes: [{ node, pages: files + anonymous }],
                pageSize: 4,
              },
      };
    });
  }

  environment(): Uint8Array | Errno {
    return this.of.check() || (this.of.hasMemory ? Buffer.from(this.of.environmentText(), 'latin1') : ESRCH);
  }

  clearReferences(): Errno | 0 {
    return this.of.check();
  }

  mergingPages(): U64 | undefined | Errno {
    return this.of.check() || 0;
  }

  samePageMerging(): SamePageMerging | undefined | Errno {
    return this.of.check() || undefined;
  }

  /** The mappings by ascending address; what is in memory is given to them in turn, so that it adds up. */
  #pieces(): Piece[] {
    const task = this.of;
    if (!task.hasMemory) return [];
    const { layout, template } = task;
    const { machine } = task.world.simulation;
    const path = task.expand(template.text.executable ?? template.text.command?.[0] ?? template.text.name);
    const program = path.startsWith('/') ? path : `/usr/bin/${path}`;
    const device = rootDevice(machine);
    const inode = (name: string): number => 1000 + (scramble(machine.seed, name.length, [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 0)) % 4_000_000);
    const { anonymous, files } = task.pages();
    let filesLeft = files;
    let anonymousLeft = anonymous;
    const pieces: Piece[] = [];
    const put = (start: number, size: number, access: string, name: string, offset = 0): void => {
      const isFile = name.startsWith('/');
      const [r, w, x] = access;
      const limit = size / PAGE;
      const writable = w === 'w';
      const ofFiles = isFile && !writable ? Math.min(filesLeft, limit) : 0;
      const own = writable ? Math.min(anonymousLeft, limit) : 0;
      filesLeft -= ofFiles;
      anonymousLeft -= own;
      pieces.push({
        mapping: {
          start,
          end: start + size,
          readable: r === 'r',
          writable,
          executable: x === 'x',
          shared: false,
          offset,
          major: isFile ? device.major : 0,
          minor: isFile ? device.minor : 0,
          inode: isFile ? inode(name) : 0,
          name,
        },
        files: ofFiles,
        anonymous: own,
      });
    };
    put(layout.code, layout.codeSize, 'r-x', program);
    put(layout.constants, layout.constantsSize, 'r--', program, layout.codeSize);
    put(layout.data, layout.dataSize, 'rw-', program, layout.codeSize + layout.constantsSize);
    put(layout.heap, layout.heapSize, 'rw-', '[heap]');
    put(layout.anonymous, layout.anonymousSize, 'rw-', '');
    for (let thread = 1; thread < template.threads; thread++) {
      const start = layout.threadStacks + (thread - 1) * (THREAD_STACK + PAGE);
      put(start, PAGE, '---', '');
      put(start + PAGE, THREAD_STACK, 'rw-', '');
    }
    let at = layout.libraries;
    for (const library of LIBRARIES_USED) {
      let offset = 0;
      for (const [pages, access] of [[library.code, 'r-x'], [library.constants, 'r--'], [library.data, 'rw-']] as const) {
        put(at, pages * PAGE, access, library.path, offset);
        at += pages * PAGE;
        offset += pages * PAGE;
      }
    }
    put(layout.vvar, layout.vdso - layout.vvar, 'r--', '[vvar]');
    put(layout.vdso, 2 * PAGE, 'r-x', '[vdso]');
    put(layout.stackTop - layout.stackSize, layout.stackSize, 'rw-', '[stack]');
    return pieces;
  }
}

/** Amounts of pages as smaps has them, in KiB. */
const usage = (files: number, anonymous: number): MemoryUsage => plainUsage((files + anonymous) * 4, anonymous * 4);

function usageOf({ mapping, files, anonymous }: Piece): MappingUsage {
  return {
    mapping,
    size: (Number(mapping.end) - Number(mapping.start)) / KIB,
    kernelPageSize: 4,
    mmuPageSize: 4,
    usage: usage(files, anonymous),
    hugePages: { eligible: false, width: 8 },
    protectionKey: undefined,
    flags: [mapping.readable && 'rd', mapping.writable && 'wr', mapping.executable && 'ex', 'mr', 'mw', 'me', ...(mapping.writable ? ['ac'] : [])].filter((flag) => flag !== false),
  };
}
