/**
 * The mappings of a process, as mm/mmap.c, mm/mprotect.c and mm/vma.c of Linux keep them. The permissions of pages (GuestMemory.permissions) always
 * follow the mappings; what a private mapping of a file shows is read when it is made, for nothing tells of a first access.
 *
 * Addresses above what a guest has are as if a process had taken them: hints are ignored, and MAP_FIXED gives ENOMEM.
 * Differs: /proc/PID/maps has mappings of touched and untouched memory joined, where Linux may keep them apart.
 */

import { EACCES, EAGAIN, EBUSY, EEXIST, EINVAL, ENODEV, ENOMEM, EOPNOTSUPP, EOVERFLOW, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import {
  LEGACY_MAP_MASK, MAP_32BIT, MAP_DROPPABLE, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_GROWSDOWN, MAP_HUGETLB, MAP_LOCKED,
  MAP_NORESERVE, MAP_PRIVATE, MAP_SHARED, MAP_SHARED_VALIDATE, MAP_TYPE, MS_ASYNC, MS_INVALIDATE, MS_SYNC, PROT_EXEC, PROT_GROWSDOWN, PROT_GROWSUP,
  PROT_READ, PROT_SEM, PROT_WRITE,
} from '../abi/mman.ts';
import type { AddressSpaceContract, Fault, MappingEntry, MappingTotals, MappingWatcher, MemoryLimits } from './address-space-contract.ts';
import { advise, inCore } from './advice.ts';
import type { GuestMemory } from './guest-memory.ts';
import { indexOf } from './guest-memory.ts';
import { GuestPages } from './guest-pages.ts';
import {
  GUEST_TOP, LOWEST_ADDRESS, MAPPING_TOP, PAGE_SIZE, PERMISSION_CODE, PERMISSION_EXECUTE, PERMISSION_READ, PERMISSION_WRITE, STACK_TOP,
} from './layout.ts';
import { lock, lockAll, unlockAll } from './locking.ts';
import type { MappableFile } from './mappable-file.ts';
import type { FileUser, MappedFiles } from './mapped-files.ts';
import {
  isData, Mapping, MappingList, MAX_MAP_COUNT, pageAlign, STACK_GUARD_GAP, TASK_SIZE, VM_ACCESS, VM_ACCOUNT, VM_DONTCOPY, VM_DONTDUMP, VM_EXEC, VM_GROWSDOWN, VM_LOCKED, VM_MAYEXEC, VM_MAYREAD, VM_MAYSHARE,
  VM_MAYWRITE, VM_NORESERVE, VM_READ, VM_SHARED, VM_WIPEONFORK, VM_WRITE,
} from './mapping.ts';
import { mappingEntry, mappingTotals } from './mapping-entries.ts';
import { remap } from './remap.ts';
import { SharedObject, type SharedUser, type Window } from './shared-object.ts';

const WRITABLE_CODE = VM_WRITE | VM_EXEC;
const SIGBUS = 7;
const SIGSEGV = 11;
const SEGV_MAPERR: Fault = { signal: SIGSEGV, code: 1 };
const SEGV_ACCERR: Fault = { signal: SIGSEGV, code: 2 };
const BUS_ADRERR: Fault = { signal: SIGBUS, code: 2 };

/** PERMISSION_* that the access flags come to: what may be written or executed may be read, on x86-64. */
function permissionOf(flags: number): number {
  return (flags & VM_ACCESS ? PERMISSION_READ : 0) | (flags & VM_WRITE ? PERMISSION_WRITE : 0) | (flags & VM_EXEC ? PERMISSION_EXECUTE : 0);
}

export class AddressSpace implements AddressSpaceContract, FileUser, SharedUser {
  readonly pages: GuestPages;
  readonly memory: GuestMemory;
  readonly limits: MemoryLimits;
  readonly files: MappedFiles;
  readonly list: MappingList = new MappingList();
  #watcher: MappingWatcher | undefined = undefined;
  /** Flags of mappings yet to come (mlockall(2)): VM_LOCKED and VM_LOCKONFAULT. */
  futureFlags = 0;
  /** Pages that MADV_GUARD_INSTALL made inaccessible. */
  readonly guards: Set<number> = new Set();
  #breakStart = 0;
  #break = 0;
  #programData = 0;
  #stackStart = STACK_TOP;
  /** The objects that are mapped here, and how often. */
  readonly #objects = new Map<SharedObject, number>();
  #aliased = false;
  #disposed = false;

  private constructor(limits: MemoryLimits, files: MappedFiles, pages: GuestPages) {
    this.pages = pages;
    this.memory = this.pages.memory;
    this.limits = limits;
    this.files = files;
    this.memory.missing = (address, permission) => this.fault(address, permission) === undefined;
  }

  /** An address space in which nothing is mapped. Errors: ENOMEM. */
  static make(limits: MemoryLimits, files: MappedFiles): AddressSpace | Errno {
    const pages = GuestPages.take();
    return isErrno(pages) ? pages : new AddressSpace(limits, files, pages);
  }

  get watcher(): MappingWatcher | undefined {
    return this.#watcher;
  }

  /** Whoever comes later is told of what can be written and executed already. */
  set watcher(watcher: MappingWatcher | undefined) {
    this.#watcher = watcher;
    if (watcher && this.list.items.some(({ flags }) => (flags & WRITABLE_CODE) === WRITABLE_CODE)) watcher.writableCode();
  }

  get programBreak(): number {
    return this.#break;
  }

  /** Where the heap begins. */
  get breakStart(): number {
    return this.#breakStart;
  }

  get stackStart(): number {
    return this.#stackStart;
  }

  get sharing(): boolean {
    return this.#objects.size > 0;
  }

  get aliased(): boolean {
    return this.#aliased;
  }

  /** Says where the program ends, and the heap begins, and how much initialised data it has, which counts for RLIMIT_DATA. */
  setBreak(address: number, data: number): void {
    this.#breakStart = this.#break = address;
    this.#programData = data;
  }

  // What mappings are made of.

  /** Whether limits leave room for as many bytes more (may_expand_vm). */
  mayExpand(flags: number, bytes: number): boolean {
    const { addressSpace, data } = this.limits;
    if (addressSpace !== Infinity && this.list.total + bytes > Math.floor(addressSpace / PAGE_SIZE) * PAGE_SIZE) return false;
    if (data === Infinity || !isData(flags)) return true;
    return this.bytesOf(isData) + bytes <= Math.floor(data / PAGE_SIZE) * PAGE_SIZE;
  }

  /** The bytes of mappings with such flags. */
  bytesOf(wanted: (flags: number) => boolean): number {
    let bytes = 0;
    for (const item of this.list.items) if (wanted(item.flags)) bytes += item.end - item.start;
    return bytes;
  }

  /** Whether as many bytes more may be locked. */
  mayLock(bytes: number): boolean {
    if (this.limits.locked === Infinity) return true;
    return this.bytesOf((flags) => (flags & VM_LOCKED) !== 0) + bytes <= this.limits.locked;
  }

  /** Sets the permissions of pages that lie in a mapping. */
  apply(mapping: Mapping, start: number = mapping.start, end: number = mapping.end): void {
    const permission = permissionOf(mapping.flags);
    if ((mapping.flags & WRITABLE_CODE) === WRITABLE_CODE) this.#watcher?.writableCode();
    let valid = end;
    const size = mapping.file?.size() ?? mapping.object?.size;
    if (size !== undefined) {
      const limit = mapping.start + pageAlign(size) - mapping.offset;
      valid = Math.max(start, Math.min(end, limit));
    }
    if (permission !== 0) this.pages.use(start, valid);
    this.#permit(start, valid, permission);
    this.#permit(valid, end, 0);
    if (this.guards.size > 0) for (const page of this.guards) if (page * PAGE_SIZE >= start && page * PAGE_SIZE < end) this.memory.permissions[page] = 0;
  }

  #permit(start: number, end: number, permission: number): void {
    if (end <= start) return;
    const { permissions } = this.memory;
    const last = end / PAGE_SIZE;
    const first = start / PAGE_SIZE;
    for (let page = first; page < last; page++) {
      const known = permissions[page]!;
      if (known === permission || (known & (PERMISSION_EXECUTE | PERMISSION_CODE)) === 0) continue;
      this.codeChanged(start, end);
      break;
    }
    permissions.fill(permission, first, last);
  }

  /** Tells that code is no longer what it was. */
  codeChanged(start: number, end: number): void {
    this.#watcher?.codeChanged(start, end);
  }

  /** The part of an object that a mapping shows. */
  window(mapping: Mapping, start: number = mapping.start, end: number = mapping.end): Window {
    return { bytes: this.pages.bytes, index: indexOf(start), offset: mapping.offset + (start - mapping.start), length: end - start };
  }

  /** Puts into pages what they show before anybody wrote to them. */
  fill(mapping: Mapping, start: number = mapping.start, end: number = mapping.end): void {
    const { file, object } = mapping;
    if (file) mapping.fileSize = file.size();
    if (object) {
      this.pages.zero(start, end);
      if (mapping.flags & VM_WRITE) object.keep(mapping.offset + (start - mapping.start), end - start);
      this.pages.use(start, end);
      object.fill(this.window(mapping, start, end));
      return;
    }
    const offset = mapping.offset + (start - mapping.start);
    const length = file ? Math.max(Math.min(end - start, mapping.fileSize - offset), 0) : 0;
    const whole = length - (length % PAGE_SIZE);
    this.pages.zero(start + whole, end);
    if (!file || length === 0) return;
    this.pages.use(start, start + pageAlign(length));
    const count = file.read(this.memory.bytes.subarray(indexOf(start), indexOf(start) + length), offset);
    if (count < whole) this.pages.zeroFound(start + pageAlign(Math.max(count, 0)), start + whole);
    if (count < whole && count % PAGE_SIZE > 0) this.memory.bytes.fill(0, indexOf(start + count), indexOf(start + pageAlign(count)));
  }

  /** Adds a mapping whose pages have their contents, and sets their permissions. The file has been retained for it. */
  add(mapping: Mapping): void {
    const { file, object, start, end } = mapping;
    if (file) this.files.attach(this, file.identity);
    this.list.insert(mapping);
    if (object) this.#attach(object);
    this.apply(mapping);
    this.merge(start, end);
  }

  #attach(object: SharedObject): void {
    object.mappings++;
    this.#objects.set(object, (this.#objects.get(object) ?? 0) + 1);
    this.#lookForAliases();
  }

  #lookForAliases(): void {
    this.#aliased = false;
    for (const [object, count] of this.#objects) {
      if (count < 2) continue;
      const windows = this.#mappingsOf(object).sort((one, other) => one.offset - other.offset);
      for (let index = 1; index < windows.length; index++) {
        const before = windows[index - 1]!;
        if (before.offset + (before.end - before.start) > windows[index]!.offset) this.#aliased = true;
      }
    }
  }

  #detach({ file, object }: Mapping): void {
    if (object) {
      object.mappings--;
      const count = (this.#objects.get(object) ?? 1) - 1;
      if (count > 0) this.#objects.set(object, count);
      else {
        this.#objects.delete(object);
        if (object.last === this) object.last = undefined;
      }
      object.detached?.();
    }
    if (file) {
      this.files.detach(this, file.identity);
      file.release();
    }
  }

  /** Makes a border inside a mapping. */
  split(address: number): void {
    const { length } = this.list.items;
    this.list.split(address);
    if (this.list.items.length === length) return;
    const { file, object } = this.list.at(address) as Mapping;
    if (file) this.files.attach(this, file.identity);
    if (object) this.#attach(object);
  }

  /** Joins what continues each other around the addresses. */
  merge(start: number, end: number): void {
    this.list.merge(start, end, (joined) => {
      // The list has one less of them; the memory is as it was.
      this.#detach(joined);
    });
  }

  /** Whether the number of mappings allows that something is unmapped: only a hole in one mapping makes one more. */
  mayErase(start: number, end: number): boolean {
    const item = this.list.at(start);
    return !item || item.start === start || item.end <= end || this.list.items.length < MAX_MAP_COUNT;
  }

  /** Unmaps. */
  erase(start: number, end: number): void {
    if (!this.list.overlaps(start, end)) return;
    this.collectBetween(start, end);
    this.split(start);
    this.split(end);
    const taken = this.list.take(start, end);
    for (const item of taken) {
      this.#permit(item.start, item.end, 0);
      this.#detach(item);
      // The stack grows without anybody being asked: what is below it is zero beforehand.
      if (item.end > MAPPING_TOP) this.pages.zero(Math.max(item.start, MAPPING_TOP), item.end);
    }
    if (this.#aliased) this.#lookForAliases();
    if (this.guards.size > 0) for (const page of [...this.guards]) if (page * PAGE_SIZE >= start && page * PAGE_SIZE < end) this.guards.delete(page);
  }

  // Shared memory.

  #mappingsOf(object: SharedObject): Mapping[] {
    return this.list.items.filter((item) => item.object === object);
  }

  collect(object: SharedObject): void {
    const mappings = this.#mappingsOf(object);
    const written = mappings.filter((mapping) => mapping.flags & VM_WRITE);
    if (written.length === 0) return;
    object.collect(written.map((mapping) => this.window(mapping)));
    for (const mapping of mappings) {
      if (mappings.length > 1 && mapping.seen < object.version) this.#deliver(object, mapping);
      mapping.seen = object.version;
    }
  }

  /** Brings all mappings of an object up to date. */
  deliver(object: SharedObject): void {
    for (const item of this.list.items) if (item.object === object && item.seen < object.version) this.#deliver(object, item);
  }

  #deliver(object: SharedObject, mapping: Mapping): void {
    const changed = object.deliver(this.window(mapping), mapping.seen);
    mapping.seen = object.version;
    if (changed && mapping.flags & VM_EXEC) this.codeChanged(mapping.start, mapping.end);
  }

  /** Hands over what was written to shared memory between the addresses, and to files. */
  collectBetween(start: number, end: number): void {
    if (this.#objects.size === 0) return;
    const objects = new Set<SharedObject>();
    for (let index = this.list.indexOf(start); index < this.list.items.length; index++) {
      const item = this.list.items[index]!;
      if (item.start >= end) break;
      if (item.object && item.flags & VM_WRITE) objects.add(item.object);
    }
    for (const object of objects) {
      // Of anonymous memory that nobody else has, nothing needs to be known.
      if (!object.isFile && !object.kept && object.mappings === 1) continue;
      if (object.last === this) this.collect(object);
      object.writeBack();
    }
  }

  switchIn(): void {
    if (this.#objects.size === 0) return;
    for (const object of this.#objects.keys()) {
      if (object.last !== this) {
        object.last?.collect(object);
        object.last = this;
      }
      this.deliver(object);
    }
  }

  synchronise(): void {
    for (const [object, count] of this.#objects) if (count > 1 && object.last === this) this.collect(object);
  }

  writeBack(identity?: object): void {
    for (const object of this.#objects.keys()) {
      if (!object.isFile || (identity && object !== this.files.objectOf(identity))) continue;
      object.last?.collect(object);
      object.writeBack();
    }
  }

  fileChanged(identity: object): void {
    const object = this.files.objectOf(identity);
    if (object) this.deliver(object);
  }

  fileResized(identity: object, size: number): void {
    for (const item of this.list.items) {
      if (item.file?.identity !== identity) continue;
      const limit = item.start + size - item.offset;
      const border = Math.min(Math.max(item.start + pageAlign(size) - item.offset, item.start), item.end);
      if (limit > item.start && limit < border && (item.object || size === 0)) this.memory.bytes.fill(0, indexOf(limit), indexOf(border));
      const known = Math.min(Math.max(item.start + pageAlign(item.fileSize) - item.offset, item.start), item.end);
      item.fileSize = size;
      if (known < border) this.fill(item, known, border);
      this.apply(item);
    }
  }

  fileGrown(identity: object): void {
    const item = this.list.items.find(({ file }) => file?.identity === identity);
    const size = item?.file?.size();
    if (item && size !== undefined && size > item.fileSize) this.fileResized(identity, size);
  }

  futexKey(address: number): { readonly object: object; readonly offset: number } | undefined {
    if (this.#objects.size === 0) return undefined;
    const item = this.list.at(address);
    if (!item?.object) return undefined;
    return { object: item.object, offset: item.offset + (address - item.start) };
  }

  // System calls.

  /** The address of a new mapping (get_unmapped_area). Errors: ENOMEM, EINVAL, EPERM. */
  findPlace(hint: number, length: number, flags: number): number | Errno {
    if (length > GUEST_TOP - LOWEST_ADDRESS) return ENOMEM;
    if (flags & MAP_FIXED) {
      if (hint > GUEST_TOP - length) return ENOMEM;
      if (hint % PAGE_SIZE) return EINVAL;
      return hint < LOWEST_ADDRESS ? EPERM : hint;
    }
    let wanted = hint - (hint % PAGE_SIZE);
    if (wanted !== 0 && wanted < LOWEST_ADDRESS) wanted = LOWEST_ADDRESS;
    if (flags & MAP_32BIT) {
      if (wanted && wanted + length <= 0x80000000 && this.list.free(wanted, wanted + length)) return wanted;
      const place = this.list.lowestGap(length, 0x40000000, 0x80000000);
      return place < 0 ? ENOMEM : place;
    }
    if (wanted && wanted + length <= GUEST_TOP && this.list.free(wanted, wanted + length)) return wanted;
    let place = this.list.highestGap(length, LOWEST_ADDRESS, MAPPING_TOP);
    if (place < 0) place = this.list.highestGap(length, LOWEST_ADDRESS, Math.min(STACK_TOP, this.#stackFloor()));
    return place < 0 ? ENOMEM : place;
  }

  /** The lowest address that the stack may come to have. */
  #stackFloor(): number {
    return Math.max(MAPPING_TOP, STACK_TOP - Math.min(this.limits.stack, STACK_TOP - MAPPING_TOP)) - STACK_GUARD_GAP;
  }

  mmap(address: number, length: number, protection: number, flags: number, file: MappableFile | undefined, offset: number): number | Errno {
    if (offset % PAGE_SIZE) return EINVAL;
    if (flags & MAP_HUGETLB) return file ? EINVAL : ENOMEM;
    if (length === 0) return EINVAL;
    const size = pageAlign(length);
    if (size === 0) return ENOMEM;
    if (offset + size > 2 ** 64) return EOVERFLOW;
    if (this.list.items.length > MAX_MAP_COUNT) return ENOMEM;
    const fixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;
    const place = this.findPlace(address, size, fixed ? flags | MAP_FIXED : flags);
    if (place < 0) return place as Errno;
    const end = place + size;
    if (flags & MAP_FIXED_NOREPLACE && this.list.overlaps(place, end)) return EEXIST;
    if (flags & MAP_LOCKED && this.limits.locked === 0) return EPERM;

    let bits = (protection & (PROT_READ | PROT_WRITE | PROT_EXEC)) | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | this.futureFlags;
    if (flags & MAP_GROWSDOWN) bits |= VM_GROWSDOWN;
    if (flags & MAP_LOCKED) bits |= VM_LOCKED;
    if (bits & VM_LOCKED && !this.mayLock(size)) return EAGAIN;
    const type = file ? fileMappingFlags(file, flags, protection, offset, size) : anonymousFlags(flags);
    if (type < 0) return type as Errno;
    bits = type & VM_MAYSHARE && file && !file.mayWrite ? bits & ~VM_MAYWRITE : bits;
    bits = file && !file.mayExecute ? bits & ~VM_MAYEXEC : bits;
    bits |= type;
    if (flags & MAP_NORESERVE) bits |= VM_NORESERVE;
    else if ((bits & (VM_SHARED | VM_WRITE)) === VM_WRITE) bits |= VM_ACCOUNT;
    if (!this.mayExpand(bits, size - this.list.mapped(place, end))) return ENOMEM;
    if (!this.mayErase(place, end)) return ENOMEM;

    this.map(place, end, bits, file ? offset : place, file, (type & VM_MAYSHARE) !== 0);
    return place;
  }

  /** Maps memory that is kept elsewhere too, for shmat(2): at an address, or where there is room. Errors: EINVAL, EPERM, ENOMEM, EAGAIN. */
  attach(address: number, object: SharedObject, protection: number, readOnly: boolean, over: boolean): number | Errno {
    const size = object.size ?? 0;
    if (address !== 0 && !over && (address + size >= 2 ** 64 || this.list.overlaps(address, address + size))) return EINVAL;
    const place = this.findPlace(address, size, address === 0 ? 0 : MAP_FIXED);
    if (place < 0) return place as Errno;
    const flags = protection | VM_MAYREAD | VM_MAYEXEC | VM_MAYSHARE | this.futureFlags | (readOnly ? 0 : VM_MAYWRITE | VM_SHARED);
    if (flags & VM_LOCKED && !this.mayLock(size)) return EAGAIN;
    if (!this.mayExpand(flags, size - this.list.mapped(place, place + size))) return ENOMEM;
    if (!this.mayErase(place, place + size)) return ENOMEM;
    this.map(place, place + size, flags, 0, undefined, object);
    return place;
  }

  /** Unmaps all of what shmat(2) mapped at an address. Errors: EINVAL. */
  detach(address: number): Errno | 0 {
    if (address % PAGE_SIZE) return EINVAL;
    const begins = (item: Mapping): boolean => item.object?.kept === true && item.start - item.offset === address;
    const object = this.list.items.find(begins)?.object;
    if (!object) return EINVAL;
    for (const item of this.list.items.filter((one) => one.object === object && begins(one))) this.erase(item.start, item.end);
    return 0;
  }

  /** Maps, over what was there; `shared` is new memory, or some that there is. The file is retained. */
  map(start: number, end: number, flags: number, offset: number, file: MappableFile | undefined, shared: boolean | SharedObject, name = ''): void {
    this.erase(start, end);
    let object: SharedObject | undefined;
    if (shared instanceof SharedObject) object = shared;
    else if (shared) object = file ? this.files.object(file) : new SharedObject(undefined, end - start);
    else if (file) this.files.beforeRead(file.identity);
    file?.retain();
    const mapping = new Mapping(start, end, flags, object && !file ? 0 : offset, file, object, name);
    if (object) {
      if (object.last !== this) {
        object.last?.collect(object);
        object.last = this;
        for (const item of this.#mappingsOf(object)) this.#deliver(object, item);
      } else this.collect(object);
      mapping.seen = object.version;
    }
    this.fill(mapping);
    this.add(mapping);
  }

  munmap(address: number, length: number): Errno | 0 {
    if (address % PAGE_SIZE || address > TASK_SIZE || length > TASK_SIZE - address) return EINVAL;
    const size = pageAlign(length);
    if (size === 0) return EINVAL;
    if (address >= GUEST_TOP) return 0;
    const end = Math.min(address + size, GUEST_TOP);
    if (!this.mayErase(address, end)) return ENOMEM;
    this.erase(address, end);
    return 0;
  }

  mprotect(address: number, length: number, protection: number): Errno | 0 {
    const grows = protection & (PROT_GROWSDOWN | PROT_GROWSUP);
    const access = protection & ~(PROT_GROWSDOWN | PROT_GROWSUP);
    if (grows === (PROT_GROWSDOWN | PROT_GROWSUP)) return EINVAL;
    if (address % PAGE_SIZE) return EINVAL;
    if (length === 0) return 0;
    const size = pageAlign(length);
    const end = address + size;
    if (size === 0 || end >= 2 ** 64) return ENOMEM;
    if (access & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM)) return EINVAL;
    const first = this.list.items[this.list.indexOf(address)];
    if (!first) return ENOMEM;
    let at = address;
    if (grows & PROT_GROWSDOWN) {
      if (first.start >= end) return ENOMEM;
      at = first.start;
      if (!(first.flags & VM_GROWSDOWN)) return EINVAL;
    } else {
      if (first.start > at) return ENOMEM;
      if (grows & PROT_GROWSUP) return EINVAL;
    }
    const wanted = access & VM_ACCESS;
    for (;;) {
      const item = this.list.at(at);
      if (!item) return ENOMEM;
      const stop = Math.min(item.end, end);
      // VM_MAY* are VM_* four bits to the left.
      if (wanted & ~(item.flags >> 4)) return EACCES;
      const flags = (item.flags & ~VM_ACCESS) | wanted;
      const error = flags === item.flags ? 0 : this.#change(at, stop, flags, item);
      if (error) return error;
      at = stop;
      if (at >= end) return 0;
    }
  }

  #change(start: number, end: number, flags: number, item: Mapping): Errno | 0 {
    let changed = flags;
    if (flags & VM_WRITE && !(item.flags & VM_WRITE)) {
      if (!this.mayExpand(flags, end - start) && this.mayExpand(item.flags, end - start)) return ENOMEM;
      if (!(flags & (VM_SHARED | VM_NORESERVE))) changed |= VM_ACCOUNT;
      item.object?.keep(item.offset, item.end - item.start);
    } else if (item.object?.last === this && item.flags & VM_WRITE && !(flags & VM_WRITE)) this.collect(item.object);
    if ((start > item.start || end < item.end) && this.list.items.length >= MAX_MAP_COUNT) return ENOMEM;
    this.setFlags(start, end, changed);
    return 0;
  }

  /** Gives a part of one mapping other flags. */
  setFlags(start: number, end: number, flags: number): void {
    this.split(start);
    this.split(end);
    const item = this.list.at(start) as Mapping;
    const access = (item.flags ^ flags) & VM_ACCESS;
    item.flags = flags;
    if (access) this.apply(item);
    this.merge(start, end);
  }

  mremap(address: number, oldLength: number, newLength: number, flags: number, newAddress: number): number | Errno {
    return remap(this, address, oldLength, newLength, flags, newAddress);
  }

  brk(address: number): number {
    if (address < this.#breakStart || address > GUEST_TOP) return this.#break;
    const { data } = this.limits;
    if (data !== Infinity && address - this.#breakStart + this.#programData > data) return this.#break;
    const before = pageAlign(this.#break);
    const after = pageAlign(address);
    if (after < before) this.erase(after, before);
    else if (after > before) {
      const flags = VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_ACCOUNT | this.futureFlags;
      const next = this.list.items[this.list.indexOf(before)];
      if (after > GUEST_TOP - STACK_GUARD_GAP || (next && MappingList.lowest(next) < after + PAGE_SIZE)) return this.#break;
      if (!this.mayExpand(flags, after - before) || this.list.items.length > MAX_MAP_COUNT) return this.#break;
      if (flags & VM_LOCKED && !this.mayLock(after - before)) return this.#break;
      this.map(before, after, flags, before, undefined, false);
    }
    this.#break = address;
    return address;
  }

  madvise(address: number, length: number, advice: number): Errno | 0 {
    return advise(this, address, length, advice);
  }

  mincore(address: number, length: number, vector: number): Errno | 0 {
    return inCore(this, address, length, vector);
  }

  msync(address: number, length: number, flags: number): Errno | 0 {
    if (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC) || address % PAGE_SIZE) return EINVAL;
    if ((flags & (MS_ASYNC | MS_SYNC)) === (MS_ASYNC | MS_SYNC)) return EINVAL;
    const size = pageAlign(length);
    if (length > 0 && (size === 0 || address + size >= 2 ** 64)) return ENOMEM;
    const end = address + size;
    let at = address;
    let missing = false;
    while (at < end) {
      const item = this.list.items[this.list.indexOf(at)];
      if (!item || item.start >= end) return ENOMEM;
      if (item.start > at) missing = true;
      if (flags & MS_INVALIDATE && item.flags & VM_LOCKED) return EBUSY;
      this.collectBetween(Math.max(item.start, at), Math.min(item.end, end));
      at = item.end;
    }
    return missing ? ENOMEM : 0;
  }

  mlock(address: number, length: number, flags: number): Errno | 0 {
    return lock(this, address, length, flags);
  }

  munlock(address: number, length: number): Errno | 0 {
    return lock(this, address, length, undefined);
  }

  mlockall(flags: number): Errno | 0 {
    return lockAll(this, flags);
  }

  munlockall(): Errno | 0 {
    return unlockAll(this);
  }

  // Faults and the stack.

  fault(address: number, access: number): Fault | undefined {
    if (address < LOWEST_ADDRESS || address >= GUEST_TOP) return SEGV_MAPERR;
    const page = Math.floor(address / PAGE_SIZE);
    const item = this.list.at(address);
    if (!item) {
      const above = this.list.items[this.list.indexOf(address)];
      return above && above.flags & VM_GROWSDOWN && this.#grow(above, page * PAGE_SIZE) ? undefined : SEGV_MAPERR;
    }
    if (access & ~permissionOf(item.flags)) return SEGV_ACCERR;
    if (this.guards.has(page)) return SEGV_MAPERR;
    const size = item.file?.size() ?? item.object?.size;
    if (size !== undefined && page * PAGE_SIZE - item.start + item.offset >= size) return BUS_ADRERR;
    if (item.file && size !== undefined) {
      if ((access & ~this.memory.permissions[page]!) === 0) return undefined;
      // Somebody made the file larger without telling.
      this.fileResized(item.file.identity, size);
      return undefined;
    }
    if ((access & ~this.memory.permissions[page]!) === 0) return undefined;
    this.apply(item, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    return undefined;
  }

  /** Makes the stack, for exec; `bytes` of it at first. */
  addStack(bytes: number, protection: number): void {
    const floor = this.#stackFloor();
    this.pages.zero(Math.max(floor, MAPPING_TOP), STACK_TOP);
    const flags = protection | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_GROWSDOWN | VM_ACCOUNT;
    this.#stackStart = STACK_TOP - bytes;
    this.add(new Mapping(this.#stackStart, STACK_TOP, flags, this.#stackStart));
  }

  growStack(pointer: number): void {
    if (pointer >= this.#stackStart || pointer < MAPPING_TOP) return;
    const item = this.list.at(STACK_TOP - 1);
    if (item && item.flags & VM_GROWSDOWN && !this.list.overlaps(pointer, item.start)) this.#grow(item, pointer - (pointer % PAGE_SIZE));
  }

  /** Makes a mapping begin lower (expand_downwards); says whether it may. */
  #grow(item: Mapping, address: number): boolean {
    if (address < LOWEST_ADDRESS || item.end - address > this.limits.stack) return false;
    const below = this.list.items[this.list.indexOf(item.start) - 1];
    if (below && below.end > address) return false;
    if (below && below.flags & VM_ACCESS && !(below.flags & VM_GROWSDOWN) && address - below.end < STACK_GUARD_GAP) return false;
    const bytes = item.start - address;
    if (!this.mayExpand(item.flags, bytes) || (item.flags & VM_LOCKED && !this.mayLock(bytes))) return false;
    const { start } = item;
    if (start <= MAPPING_TOP) this.pages.zero(address, start);
    item.start = address;
    item.offset -= bytes;
    this.list.grown(bytes);
    if (start === this.#stackStart) this.#stackStart = address;
    this.apply(item, address, start);
    return true;
  }

  // Life.

  fork(limits: MemoryLimits): AddressSpace | Errno {
    const child = AddressSpace.make(limits, this.files);
    if (isErrno(child)) return child;
    child.#breakStart = this.#breakStart;
    child.#break = this.#break;
    child.#programData = this.#programData;
    child.futureFlags = 0;
    child.#stackStart = this.#stackStart;
    // Locks are not inherited.
    for (const item of this.list.items) {
      if (item.flags & VM_DONTCOPY) continue;
      const copied = item.copy(item.start, item.end, item.offset);
      copied.flags &= ~VM_LOCKED;
      if (item.flags & VM_WIPEONFORK) child.pages.zero(item.start, item.end);
      else child.pages.copyFrom(this.pages, item.start, item.end);
      child.add(copied);
    }
    for (const page of this.guards) {
      child.guards.add(page);
      child.memory.permissions[page] = 0;
    }
    child.list.peak = child.list.total;
    return child;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.watcher = undefined;
    this.memory.missing = undefined;
    const code = this.list.items.filter(({ flags }) => flags & VM_EXEC).map(({ start, end }) => ({ start, end }));
    this.erase(0, GUEST_TOP);
    this.pages.give(Math.max(this.#stackFloor(), MAPPING_TOP), code);
  }

  entries(): readonly MappingEntry[] {
    return this.list.items.map((item) => mappingEntry(this, item));
  }

  totals(): MappingTotals {
    return mappingTotals(this);
  }
}

function anonymousFlags(flags: number): number | Errno {
  switch (flags & MAP_TYPE) {
    case MAP_SHARED:
      return flags & MAP_GROWSDOWN ? EINVAL : VM_SHARED | VM_MAYSHARE;
    case MAP_PRIVATE:
      return 0;
    case MAP_DROPPABLE:
      return flags & (MAP_GROWSDOWN | MAP_LOCKED) ? (flags & MAP_LOCKED ? EOPNOTSUPP : EINVAL) : VM_NORESERVE | VM_WIPEONFORK | VM_DONTDUMP;
    default:
      return EINVAL;
  }
}

function fileMappingFlags(file: MappableFile, flags: number, protection: number, offset: number, size: number): number | Errno {
  if (offset + size > 2 ** 63) return EOVERFLOW;
  const type = flags & MAP_TYPE;
  if (type !== MAP_SHARED && type !== MAP_SHARED_VALIDATE && type !== MAP_PRIVATE) return EINVAL;
  if (type === MAP_SHARED_VALIDATE && flags & ~LEGACY_MAP_MASK) return EOPNOTSUPP;
  if (type !== MAP_PRIVATE && protection & PROT_WRITE && !file.mayWrite) return EACCES;
  if (!file.mayRead) return EACCES;
  if (protection & PROT_EXEC && !file.mayExecute) return EPERM;
  if (!file.mappable) return ENODEV;
  if (flags & MAP_GROWSDOWN) return EINVAL;
  if (type === MAP_PRIVATE) return 0;
  return file.mayWrite ? VM_SHARED | VM_MAYSHARE : VM_MAYSHARE;
}
