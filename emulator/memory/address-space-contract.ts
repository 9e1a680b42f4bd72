/** What the kernel and an address space know of each other. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { GuestMemory } from './guest-memory.ts';
import type { MappableFile } from './mappable-file.ts';
import type { SharedObject } from './shared-object.ts';

/** The resource limits that memory obeys, in bytes, Infinity for none. The object is the kernel's, which changes it. */
export interface MemoryLimits {
  /** RLIMIT_AS */
  addressSpace: number;
  /** RLIMIT_DATA */
  data: number;
  /** RLIMIT_STACK */
  stack: number;
  /** RLIMIT_MEMLOCK; Infinity for who has CAP_IPC_LOCK. */
  locked: number;
}

/** Who is told what happens to mappings. */
export interface MappingWatcher {
  /** What may be decoded from `start` to `end` is no longer what is there, or may no longer be executed. */
  codeChanged(start: number, end: number): void;
  /** Something can be written and executed now. */
  writableCode(): void;
}

/** What an access to an address that failed comes to. */
export interface Fault {
  /** SIGSEGV or SIGBUS. */
  readonly signal: number;
  /** SEGV_MAPERR, SEGV_ACCERR or BUS_ADRERR. */
  readonly code: number;
}

/** A line of /proc/PID/maps, and what smaps adds. */
export interface MappingEntry {
  readonly start: number;
  readonly end: number;
  /** PROT_READ, PROT_WRITE, PROT_EXEC. */
  readonly protection: number;
  readonly shared: boolean;
  /** Bytes. */
  readonly offset: number;
  readonly device: number;
  readonly ino: U64;
  /** A path, `[heap]`, `[stack]`, `[vdso]`, or nothing. */
  readonly name: string;
  readonly locked: boolean;
  readonly growsDown: boolean;
  /** The VmFlags of smaps: `rd`, `wr` .. */
  readonly flags: readonly string[];
}

/** Sizes that /proc/PID/status and statm show, in pages. */
export interface MappingTotals {
  readonly total: number;
  readonly data: number;
  readonly stack: number;
  /** Executable, of files. */
  readonly executable: number;
  readonly locked: number;
  readonly shared: number;
  /** Most that `total` has been. */
  readonly peak: number;
}

/**
 * One address space. Addresses and lengths are numbers as the guest passed them, up to 2^64 (as close as numbers come); results are
 * what the system call returns.
 */
export interface AddressSpaceContract {
  readonly memory: GuestMemory;
  /** Set by who runs code in it. */
  watcher: MappingWatcher | undefined;
  readonly limits: MemoryLimits;
  /** Set by exec; brk(2) begins here. */
  readonly programBreak: number;

  /** `file` is undefined for MAP_ANONYMOUS. Errors: those of mmap(2). */
  mmap(address: number, length: number, protection: number, flags: number, file: MappableFile | undefined, offset: number): number | Errno;
  /** For shmat(2) and shmdt(2). */
  attach(address: number, object: SharedObject, protection: number, readOnly: boolean, over: boolean): number | Errno;
  detach(address: number): Errno | 0;
  munmap(address: number, length: number): Errno | 0;
  mprotect(address: number, length: number, protection: number): Errno | 0;
  mremap(address: number, oldLength: number, newLength: number, flags: number, newAddress: number): number | Errno;
  /** Returns the break, moved or not. */
  brk(address: number): number;
  madvise(address: number, length: number, advice: number): Errno | 0;
  /** `vector` is the guest's address of the answer. */
  mincore(address: number, length: number, vector: number): Errno | 0;
  msync(address: number, length: number, flags: number): Errno | 0;
  /** mlock(2), mlock2(2). */
  mlock(address: number, length: number, flags: number): Errno | 0;
  munlock(address: number, length: number): Errno | 0;
  mlockall(flags: number): Errno | 0;
  munlockall(): Errno | 0;

  /**
   * An access failed: `access` is the PERMISSION_* that was missed. Undefined: the stack has grown, or what was there is again what it should
   * be, and the access is to be made again.
   */
  fault(address: number, access: number): Fault | undefined;
  /** The stack has been used down to `pointer`; for the kernel, when it is below `stackStart`. */
  growStack(pointer: number): void;
  /** The lowest address of the stack. */
  readonly stackStart: number;

  /** A copy of it, for a child. Errors: ENOMEM. */
  fork(limits: MemoryLimits): AddressSpaceContract | Errno;
  /** Unmaps everything, writes back what is shared, and gives the memory to the next address space. */
  dispose(): void;

  /** Called when code of this address space is about to run after another's did: shared memory is made coherent. Costs nothing without shared memory. */
  switchIn(): void;
  /** Whether the same shared memory is mapped twice, so that `synchronise` is to be called at each system call. */
  readonly aliased: boolean;
  /** What was written through one mapping is seen through the others. */
  synchronise(): void;
  /** What a futex that is not private is known by, in all address spaces; undefined where memory is private. */
  futexKey(address: number): { readonly object: object; readonly offset: number } | undefined;

  /** Whether there are shared mappings at all, so that the kernel need not say more about files. */
  readonly sharing: boolean;
  /** Writes what shared mappings of the file (or all files) changed to the file: before others read it. */
  writeBack(identity?: object): void;

  entries(): readonly MappingEntry[];
  totals(): MappingTotals;
}

/**
 * The files that are mapped by anybody, for the kernel's file calls: it tells what happens to files, so that mappings follow. With nothing
 * mapped these do nothing.
 */
export interface MappedFilesContract {
  /** Somebody is about to read, write or truncate the file by a call, or to ask for its times: mappings are written back. */
  beforeRead(identity: object): void;
  /** Somebody has written from `start` to `end` by a call. */
  written(identity: object, start: number, end: number): void;
  /** Somebody has changed the file's size: pages past its end are SIGBUS from now on, others no longer are. */
  resized(identity: object, size: number): void;
}
