/** The address space of a guest's process. */

import { EIO, ESRCH, type Errno } from '../../../fs/errno.ts';
import { deviceMajor, deviceMinor } from '../../../fs/stat.ts';
import type { U64 } from '../../../fs/u64.ts';
import type {
  AddressSpace,
  MappingUsage,
  MemoryFile,
  MemoryMapping,
  MemoryUsage,
  NumaMapping,
  SamePageMerging,
  TotalUsage,
} from '../../../providers/model/task-memory.ts';
import { plainUsage } from '../../../providers/sources/plain/plain-usage.ts';
import { PROT_EXEC, PROT_READ, PROT_WRITE } from '../../abi/mman.ts';
import type { AddressSpaceContract, MappingEntry } from '../../memory/address-space-contract.ts';
import { indexOf } from '../../memory/guest-memory.ts';
import { GUEST_TOP, LOWEST_ADDRESS, PAGE_SHIFT, PERMISSION_CODE } from '../../memory/layout.ts';
import { VSYSCALL_END, VSYSCALL_START } from '../vsyscall.ts';
import type { GuestTask } from './guest-task.ts';

/** What a core dump has where nobody has said anything. */
const DEFAULT_FILTER = 0x33;
const KIB = 1024;

const generations = new WeakMap<object, string>();
const filters = new WeakMap<object, number>();
let lastGeneration = 0;

export class GuestAddressSpace implements AddressSpace {
  readonly #of: GuestTask;

  constructor(task: GuestTask) {
    this.#of = task;
  }

  /** Undefined where there is none (any more). */
  get #space(): AddressSpaceContract | undefined {
    const { task } = this.#of;
    return task.process.alive && task.state !== 'dead' ? task.process.image.space : undefined;
  }

  generation(): string | Errno {
    const { image } = this.#of.task.process;
    let name = generations.get(image);
    if (name === undefined) generations.set(image, (name = String(++lastGeneration)));
    return this.#of.check() || name;
  }

  access(): Errno | 0 {
    return this.#of.check();
  }

  mappings(): readonly MemoryMapping[] | Errno {
    const space = this.#space;
    return this.#of.check() || (space ? [...space.entries().map(mappingOf), VSYSCALL] : []);
  }

  mappingUsages(): Iterable<MappingUsage> | Errno {
    return this.#of.check() || (this.#space?.entries().map(usageOf) ?? []);
  }

  totalUsage(): TotalUsage | Errno {
    const entries = this.#space?.entries() ?? [];
    const [first] = entries;
    const last = entries.at(-1);
    if (!first || !last) return ESRCH;
    const resident = entries.reduce((sum, entry) => sum + residentOf(entry), 0);
    const anonymous = entries.reduce((sum, entry) => sum + (entry.ino === 0 ? residentOf(entry) : 0), 0);
    const shared = entries.reduce((sum, entry) => sum + (entry.shared ? residentOf(entry) : 0), 0);
    return this.#of.check() || { start: first.start, end: last.end, usage: { ...amounts(resident, anonymous, shared), ...inSum(resident, anonymous, shared) } };
  }

  numaMappings(): readonly NumaMapping[] | Errno {
    return this.#of.check() || [];
  }

  environment(): Uint8Array | Errno {
    const { program } = this.#of.task.process.image;
    if (!this.#space) return ESRCH;
    return this.#of.check() || this.#of.bytes(program.environmentStart, program.environmentEnd);
  }

  auxiliaryVector(): Uint8Array | Errno {
    if (!this.#space) return ESRCH;
    return this.#of.check() || this.#of.task.process.image.program.auxiliary;
  }

  openBytes(): MemoryFile | Errno {
    const space = this.#space;
    return this.#of.check() || (space ? new GuestMemoryFile(space) : ESRCH);
  }

  openPageMap(): MemoryFile | Errno {
    return ESRCH;
  }

  clearReferences(): Errno | 0 {
    return this.#of.check();
  }

  coredumpFilter(): number | undefined | Errno {
    const space = this.#space;
    return this.#of.check() || (space ? (filters.get(space) ?? DEFAULT_FILTER) : undefined);
  }

  setCoredumpFilter(filter: number): Errno | 0 {
    const space = this.#space;
    if (space) filters.set(space, filter);
    return this.#of.check();
  }

  mergingPages(): U64 | undefined | Errno {
    return this.#of.check() || 0;
  }

  samePageMerging(): SamePageMerging | undefined | Errno {
    return this.#of.check() || undefined;
  }
}

function mappingOf({ start, end, protection, shared, offset, device, ino, name }: MappingEntry): MemoryMapping {
  return {
    start,
    end,
    readable: (protection & PROT_READ) !== 0,
    writable: (protection & PROT_WRITE) !== 0,
    executable: (protection & PROT_EXEC) !== 0,
    shared,
    offset,
    major: deviceMajor(device),
    minor: deviceMinor(device),
    inode: ino,
    name,
  };
}

/** The page that only looks mapped. */
const VSYSCALL: MemoryMapping = {
  start: VSYSCALL_START, end: VSYSCALL_END, readable: false, writable: false, executable: true, shared: false, offset: 0, major: 0, minor: 0, inode: 0,
  name: '[vsyscall]',
};

/** Bytes. Differs: what may be accessed counts as in memory from when it was mapped. */
function residentOf({ start, end, protection }: MappingEntry): number {
  return protection === 0 ? 0 : end - start;
}

/** Amounts of bytes as smaps has them: what is private is dirty where it is anonymous, and clean where it is a file's. */
function amounts(resident: number, anonymous: number, shared: number): MemoryUsage {
  const kib = (bytes: number): number => Math.floor(bytes / KIB);
  return plainUsage(kib(resident), kib(anonymous), kib(anonymous - Math.min(anonymous, shared)));
}

/** What is told of whole address spaces only. */
function inSum(resident: number, anonymous: number, shared: number): Partial<MemoryUsage> {
  const kib = (bytes: number): number => Math.floor(bytes / KIB);
  return { proportionalAnonymous: kib(anonymous), proportionalFile: kib(resident - anonymous), proportionalShared: kib(shared) };
}

function usageOf(entry: MappingEntry): MappingUsage {
  const resident = residentOf(entry);
  const size = (entry.end - entry.start) / KIB;
  return {
    mapping: mappingOf(entry),
    size,
    kernelPageSize: 4,
    mmuPageSize: 4,
    usage: { ...amounts(resident, entry.ino === 0 ? resident : 0, entry.shared ? resident : 0), locked: entry.locked ? size : 0 },
    hugePages: { eligible: false, width: 8 },
    protectionKey: undefined,
    flags: entry.flags,
  };
}

/** PID/mem: as with ptrace(2), permissions of pages do not matter. */
class GuestMemoryFile implements MemoryFile {
  readonly #space: AddressSpaceContract;

  constructor(space: AddressSpaceContract) {
    this.#space = space;
  }

  /** How many of `length` bytes from an address on are mapped. */
  #mapped(at: number, length: number): number {
    if (at < LOWEST_ADDRESS || at >= GUEST_TOP) return 0;
    let end = at;
    for (const entry of this.#space.entries()) if (entry.start <= end && entry.end > end) end = entry.end;
    return Math.min(length, end - at);
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const count = this.#mapped(at, length);
    if (count === 0) return EIO;
    into.set(this.#space.memory.bytes.subarray(indexOf(at), indexOf(at) + count), start);
    return count;
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    const count = this.#mapped(at, length);
    if (count === 0) return EIO;
    const { memory, watcher } = this.#space;
    memory.bytes.set(from.subarray(start, start + count), indexOf(at));
    for (let page = at >>> PAGE_SHIFT; page <= (at + count - 1) >>> PAGE_SHIFT; page++) {
      if (memory.permissions[page]! & PERMISSION_CODE) watcher?.codeChanged(page << PAGE_SHIFT >>> 0, ((page + 1) << PAGE_SHIFT) >>> 0);
    }
    return count;
  }

  close(): void {}
}
