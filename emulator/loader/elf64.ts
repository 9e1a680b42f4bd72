/** ELF programs of 64 bits, as fs/binfmt_elf.c loads them: what it finds wrong, and when it is too late to say so. */

import { EACCES, EINVAL, EIO, ELIBBAD, ENOEXEC, ENOMEM, type Errno, isErrno } from '../../fs/errno.ts';
import * as auxv from '../abi/auxv.ts';
import { MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE } from '../abi/mman.ts';
import type { Brand } from '../brand/brand.ts';
import { detectBrand } from '../brand/detection.ts';
import { HARDWARE_CAPABILITIES } from '../cpu/identity.ts';
import { AddressSpace } from '../memory/address-space.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { GUEST_TOP, LOWEST_ADDRESS, MAPPING_TOP, PAGE_SIZE, PROGRAM_BASE, STACK_TOP } from '../memory/layout.ts';
import type { MappableFile } from '../memory/mappable-file.ts';
import { pageAlign, TASK_SIZE, VM_DONTEXPAND, VM_EXEC, VM_MAYEXEC, VM_MAYREAD, VM_MAYWRITE, VM_READ } from '../memory/mapping.ts';
import * as elf from './elf.ts';
import type { ExecFailure, ExecutedProgram } from './exec-contract.ts';
import { initialStackSize, writeStack } from './initial-stack.ts';
import { clearState } from './initial-state.ts';
import { type Attempt, HEAD_SIZE, type Loader, type LoadResult } from './loader.ts';
import { VDSO_IMAGE, VDSO_VERSION_AT } from './vdso.ts';

const PATH_MAX = 4096;
/** The exec failed after the old program was gone (force_fatal_sig in fs/exec.c). */
const KILLED: ExecFailure = { signal: 11 };
/** Largest frame of a signal, without what XSAVE would add. */
const SIGNAL_FRAME = 1040;

const pageStart = (address: number): number => address - (address % PAGE_SIZE);

/** A file that is to be mapped, with its headers. */
interface ElfFile {
  readonly file: MappableFile;
  readonly header: elf.ElfHeader;
  readonly segments: readonly elf.Segment[];
}

/** Where the parts of a program are. */
interface Placed {
  bias: number;
  phdrs: number;
  codeStart: number;
  codeEnd: number;
  dataStart: number;
  dataEnd: number;
  end: number;
}

function protectionOf({ flags }: elf.Segment): number {
  return (flags & elf.PF_R ? PROT_READ : 0) | (flags & elf.PF_W ? PROT_WRITE : 0) | (flags & elf.PF_X ? PROT_EXEC : 0);
}

/** From the lowest address to the highest, in bytes; 0 where nothing is loaded. */
function totalSize(segments: readonly elf.Segment[]): number {
  let low = Infinity;
  let high = 0;
  for (const { type, address, memorySize } of segments) {
    if (type !== elf.PT_LOAD) continue;
    low = Math.min(low, pageStart(address));
    high = Math.max(high, address + memorySize);
  }
  return low === Infinity ? 0 : high - low;
}

function largestAlignment(segments: readonly elf.Segment[]): number {
  let largest = 0;
  for (const { type, alignment } of segments)
    if (type === elf.PT_LOAD && alignment > 0 && 2 ** Math.round(Math.log2(alignment)) === alignment) largest = Math.max(largest, alignment);
  return pageAlign(largest);
}

/** Maps what a segment has of the file (elf_map). */
function mapSegment(space: AddressSpace, file: MappableFile, address: number, segment: elf.Segment, flags: number, total: number): number | Errno {
  const into = segment.address % PAGE_SIZE;
  const size = pageAlign(segment.fileSize + into);
  const offset = segment.offset - into;
  const start = pageStart(address);
  if (size === 0) return start;
  if (offset < 0 || offset % PAGE_SIZE) return EINVAL;
  const protection = protectionOf(segment);
  if (total === 0) return space.mmap(start, size, protection, flags, file, offset);
  // All of it is kept free for the segments to come.
  const mapped = space.mmap(start, pageAlign(total), protection, flags, file, offset);
  if (!isErrno(mapped)) space.munmap(mapped + size, pageAlign(total) - size);
  return mapped;
}

/** Maps a segment, with the zeros that follow what the file has (elf_load). */
function loadSegment(space: AddressSpace, file: MappableFile, address: number, segment: elf.Segment, flags: number, total: number): number | Errno {
  const into = segment.address % PAGE_SIZE;
  let mapped: number | Errno = pageStart(address);
  let zeroStart = mapped;
  if (segment.fileSize > 0) {
    mapped = mapSegment(space, file, address, segment, flags, total);
    if (isErrno(mapped)) return mapped;
    zeroStart = mapped + into + segment.fileSize;
    if (segment.memorySize > segment.fileSize) {
      const rest = pageAlign(zeroStart) - zeroStart;
      // A segment that cannot be written keeps what the file has there.
      if (rest > 0 && segment.flags & elf.PF_W) {
        if (!space.memory.writable(zeroStart, rest)) return EINVAL;
        space.memory.bytes.fill(0, indexOf(zeroStart), indexOf(zeroStart) + rest);
      }
    }
  }
  if (segment.memorySize <= segment.fileSize) return mapped;
  const zeroEnd = pageAlign(mapped + into + segment.memorySize);
  const from = pageAlign(zeroStart);
  if (zeroEnd <= from) return mapped;
  const protection = PROT_READ | PROT_WRITE | (segment.flags & elf.PF_X ? PROT_EXEC : 0);
  const error = space.mmap(from, zeroEnd - from, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, undefined, 0);
  return isErrno(error) ? error : mapped;
}

const impossible = (address: number, { fileSize, memorySize }: elf.Segment): boolean =>
  address >= TASK_SIZE || fileSize > memorySize || memorySize > TASK_SIZE || TASK_SIZE - memorySize < address;

/** An address as it has to be aligned. Differs: an alignment that no address has but 0 is none. */
function aligned(address: number, alignment: number): number {
  if (alignment === 0) return address;
  const down = address - (address % alignment);
  if (down > 0) return down;
  return alignment < MAPPING_TOP ? alignment : address;
}

/** Where a program goes that may go anywhere. Errors: EINVAL, ENOMEM. */
function placeProgram(space: AddressSpace, { segments }: ElfFile, interpreted: boolean): { bias: number; fixed: boolean; total: number } | Errno {
  const total = totalSize(segments);
  if (total === 0) return EINVAL;
  const alignment = largestAlignment(segments);
  if (interpreted) return { bias: aligned(PROGRAM_BASE, alignment), fixed: true, total };
  if (alignment <= PAGE_SIZE) return { bias: 0, fixed: false, total };
  const place = space.findPlace(0, pageAlign(total), 0);
  return isErrno(place) ? place : { bias: aligned(place, alignment), fixed: true, total };
}

/** Maps the program. Errors: any; what was mapped stays. */
function loadProgram(space: AddressSpace, program: ElfFile, interpreted: boolean): Placed | Errno {
  const { file, header, segments } = program;
  const placed: Placed = { bias: 0, phdrs: 0, codeStart: Infinity, codeEnd: 0, dataStart: 0, dataEnd: 0, end: 0 };
  let first = true;
  for (const segment of segments) {
    if (segment.type !== elf.PT_LOAD) continue;
    const { address, fileSize, memorySize, offset } = segment;
    let flags = MAP_PRIVATE;
    let total = 0;
    if (!first) flags |= MAP_FIXED;
    else if (header.type === elf.ET_EXEC) flags |= MAP_FIXED_NOREPLACE;
    else {
      const place = placeProgram(space, program, interpreted);
      if (isErrno(place)) return place;
      ({ total } = place);
      if (place.fixed) flags |= MAP_FIXED_NOREPLACE;
      placed.bias = pageStart(place.bias) - pageStart(address);
    }
    const wanted = placed.bias + address;
    const mapped = loadSegment(space, file, wanted, segment, flags, total);
    if (isErrno(mapped)) return mapped;
    if (first && header.type === elf.ET_DYN) placed.bias += mapped - pageStart(wanted);
    first = false;
    if (offset <= header.programHeaders && header.programHeaders < offset + fileSize) placed.phdrs = header.programHeaders - offset + address;
    if (impossible(address, segment)) return EINVAL;
    if (segment.flags & elf.PF_X) {
      placed.codeStart = Math.min(placed.codeStart, address);
      placed.codeEnd = Math.max(placed.codeEnd, address + fileSize);
    }
    placed.dataStart = Math.max(placed.dataStart, address);
    placed.dataEnd = Math.max(placed.dataEnd, address + fileSize);
    placed.end = Math.max(placed.end, address + memorySize);
  }
  const { bias } = placed;
  placed.phdrs += bias;
  placed.codeStart = placed.codeStart === Infinity ? 0 : placed.codeStart + bias;
  placed.codeEnd += bias;
  placed.dataStart += bias;
  placed.dataEnd += bias;
  placed.end += bias;
  return placed;
}

/** Maps the interpreter; returns where. Errors: any. */
function loadInterpreter(space: AddressSpace, { file, header, segments }: ElfFile): number | Errno {
  if ((header.type !== elf.ET_EXEC && header.type !== elf.ET_DYN) || !file.mappable) return EINVAL;
  let total = totalSize(segments);
  if (total === 0) return EINVAL;
  let base = 0;
  let first = true;
  for (const segment of segments) {
    if (segment.type !== elf.PT_LOAD) continue;
    const fixed = header.type === elf.ET_EXEC || !first;
    const mapped = loadSegment(space, file, fixed ? base + segment.address : 0, segment, MAP_PRIVATE | (fixed ? MAP_FIXED : 0), total);
    total = 0;
    if (isErrno(mapped)) return mapped;
    if (first && header.type === elf.ET_DYN) base = mapped - pageStart(segment.address);
    first = false;
    if (impossible(base + segment.address, segment)) return ENOMEM;
  }
  return base;
}

/** Differs: a program for addresses that a process has, but no guest, is told so before the old one is gone. */
function isOutside({ type, address, memorySize }: elf.Segment): boolean {
  if (type !== elf.PT_LOAD || address + memorySize > TASK_SIZE || memorySize === 0) return false;
  return address < LOWEST_ADDRESS || address + memorySize > GUEST_TOP;
}

/** Opens the interpreter that a program names; `undefined` where it names none. Errors: ENOEXEC, EIO, those of opening. */
function openInterpreter(attempt: Attempt, segments: readonly elf.Segment[]): { file: MappableFile; path: string; head: Uint8Array } | Errno | undefined {
  const named = segments.find(({ type }) => type === elf.PT_INTERP);
  if (!named) return undefined;
  if (named.fileSize > PATH_MAX || named.fileSize < 2) return ENOEXEC;
  const bytes = elf.readExactly(attempt.file, named.offset, named.fileSize);
  if (!bytes) return named.offset >= 2 ** 63 ? EINVAL : EIO;
  if (bytes[bytes.length - 1] !== 0) return ENOEXEC;
  const path = Buffer.from(bytes).toString('latin1').replace(/\0[^]*$/, '');
  // The kernel opens the directory that an empty path is.
  const file = path === '' ? EACCES : attempt.request.open(path);
  if (isErrno(file)) return file;
  const head = elf.readExactly(file, 0, elf.ELF_HEADER_SIZE);
  if (head) return { file, path, head };
  file.release();
  return EIO;
}

/** A release in one number, as LINUX_VERSION_CODE has it. */
function versionCode(release: string): number {
  const [, major = 0, minor = 0, patch = 0] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release)?.map(Number) ?? [];
  return ((major & 0xffff) << 16) | ((minor & 0xff) << 8) | Math.min(patch || 0, 255);
}

/** Puts the functions of the kernel's library where everybody can call them. */
function addVdso(space: AddressSpace, release: string): number {
  const flags = VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_DONTEXPAND;
  space.map(STACK_TOP, STACK_TOP + pageAlign(VDSO_IMAGE.length), flags, 0, undefined, false, '[vdso]');
  space.memory.bytes.set(VDSO_IMAGE, indexOf(STACK_TOP));
  space.memory.view.setUint32(indexOf(STACK_TOP + VDSO_VERSION_AT), versionCode(release), true);
  return STACK_TOP;
}

function start(attempt: Attempt, space: AddressSpace, brand: Brand, program: ElfFile, interpreter: ElfFile | undefined): ExecFailure | ExecutedProgram {
  const { request, argv } = attempt;
  const { limits, credentials, envp } = request;
  const { header, segments } = program;
  const fail = (): ExecFailure => {
    space.dispose();
    return KILLED;
  };
  const contents = { path: request.path, argv, envp };
  const stackFlags = segments.findLast(({ type }) => type === elf.PT_GNU_STACK)?.flags ?? 0;
  space.addStack(initialStackSize(contents, limits.stack), PROT_READ | PROT_WRITE | (stackFlags & elf.PF_X ? PROT_EXEC : 0));
  const placed = loadProgram(space, program, interpreter !== undefined);
  if (isErrno(placed)) return fail();
  const ownEntry = header.entry + placed.bias;
  let entry = ownEntry;
  let base = 0;
  if (interpreter) {
    const found = loadInterpreter(space, interpreter);
    if (isErrno(found)) return fail();
    base = found;
    entry = base + interpreter.header.entry;
  }
  if (!(entry < TASK_SIZE)) return fail();
  const vdso = addVdso(space, request.release);
  const stack = writeStack(space.memory, contents, brand.platform ?? '', request.random, (at) => [
    [auxv.AT_SYSINFO_EHDR, vdso],
    [auxv.AT_MINSIGSTKSZ, SIGNAL_FRAME],
    [auxv.AT_HWCAP, HARDWARE_CAPABILITIES],
    [auxv.AT_PAGESZ, PAGE_SIZE],
    [auxv.AT_CLKTCK, 100],
    [auxv.AT_PHDR, placed.phdrs],
    [auxv.AT_PHENT, elf.PROGRAM_HEADER_SIZE],
    [auxv.AT_PHNUM, header.programHeaderCount],
    [auxv.AT_BASE, base],
    [auxv.AT_FLAGS, 0],
    [auxv.AT_ENTRY, ownEntry],
    [auxv.AT_UID, credentials.uid],
    [auxv.AT_EUID, credentials.euid],
    [auxv.AT_GID, credentials.gid],
    [auxv.AT_EGID, credentials.egid],
    [auxv.AT_SECURE, credentials.secure ? 1 : 0],
    [auxv.AT_RANDOM, at.random],
    [auxv.AT_HWCAP2, 0],
    [auxv.AT_EXECFN, at.path],
    [auxv.AT_PLATFORM, at.platform],
    ...(request.restartableSequences ? ([[auxv.AT_RSEQ_FEATURE_SIZE, 28], [auxv.AT_RSEQ_ALIGN, 32]] as const) : []),
    [auxv.AT_NULL, 0],
  ]);
  // A program that is loaded among mappings has its heap where others have their program.
  const breakStart = header.type === elf.ET_DYN && !interpreter ? PROGRAM_BASE : pageAlign(placed.end);
  space.setBreak(breakStart, Math.max(placed.dataEnd - placed.dataStart, 0));
  clearState(space.memory, entry, stack.stackPointer);
  return {
    space,
    brand: brand.name,
    file: attempt.file,
    name: commandName(attempt),
    entry,
    ...stack,
    codeStart: placed.codeStart,
    codeEnd: placed.codeEnd,
    dataStart: placed.dataStart,
    dataEnd: placed.dataEnd,
    breakStart,
    stackStart: stack.stackPointer,
  };
}

/** /proc/PID/comm: the last part of the path, of a script its own. */
function commandName({ request }: Attempt): string {
  return request.path.slice(request.path.lastIndexOf('/') + 1, request.path.lastIndexOf('/') + 16);
}

export const elf64Loader: Loader = {
  name: 'elf64',
  load(attempt: Attempt): LoadResult {
    const { file, head, request } = attempt;
    if (!elf.isElf(head)) return undefined;
    const header = elf.parseHeader(head.subarray(0, HEAD_SIZE));
    if ((header.type !== elf.ET_EXEC && header.type !== elf.ET_DYN) || header.machine !== elf.EM_X86_64 || !file.mappable) return undefined;
    const segments = elf.readSegments(file, header);
    if (!segments) return undefined;
    const opened = openInterpreter(attempt, segments);
    if (isErrno(opened)) return opened;
    let interpreter: ElfFile | undefined;
    const leave = (error: Errno): Errno => {
      opened?.file.release();
      return error;
    };
    if (opened) {
      const interpreterHeader = elf.parseHeader(opened.head);
      if (!elf.isElf(opened.head) || interpreterHeader.machine !== elf.EM_X86_64) return leave(ELIBBAD);
      const interpreterSegments = elf.readSegments(opened.file, interpreterHeader);
      if (!interpreterSegments) return leave(ELIBBAD);
      interpreter = { file: opened.file, header: interpreterHeader, segments: interpreterSegments };
    }
    const notes = elf.readNotes(file, segments);
    const brand = detectBrand({ header, notes, interpreter: opened?.path }, { disabled: request.disabledBrands, fallback: request.fallbackBrand })?.brand;
    if (!brand?.runs) {
      request.refused?.(brand ? `programs of ${brand.label} (${brand.name}) do not run here` : 'ELF binary type not known');
      return leave(ENOEXEC);
    }
    if (header.type === elf.ET_EXEC ? segments.some(isOutside) : totalSize(segments) > MAPPING_TOP - PROGRAM_BASE && totalSize(segments) <= TASK_SIZE) {
      request.refused?.('it needs addresses below 128 KiB or above 3.75 GiB');
      return leave(ENOMEM);
    }
    const space = AddressSpace.make(request.limits, request.files);
    if (isErrno(space)) return leave(space);
    const started = start(attempt, space, brand, { file, header, segments }, interpreter);
    opened?.file.release();
    return started;
  },
};
