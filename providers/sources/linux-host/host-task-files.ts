/** What a thread of a Linux host has open. */

import { EACCES, ENOENT, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import { type U64, u64 } from '../../../fs/u64.ts';
import type { DescriptorInfo } from '../../model/descriptor-info.ts';
import type { FileAccess, MemoryRange, NamespaceName, TaskFiles } from '../../model/task-files.ts';
import type { HostSource } from './host-source.ts';
import type { HostTask } from './host-task.ts';
import { parseDescriptorInfo } from './parse-descriptor-info.ts';

/** How long a listing may be carried on from what was read at its start, in milliseconds. */
const LISTING_MS = 50;

export class HostTaskFiles implements TaskFiles {
  readonly #task: HostTask;
  readonly #source: HostSource;
  #listing: { readonly at: number; readonly numbers: readonly number[] } | undefined;
  /** The attributes of the link that was asked for last: finding it asks for them twice. */
  #place = '';
  #epoch = -1;
  #access: FileAccess | Errno = ENOENT;
  #openEpoch = -1;
  #open = false;

  constructor(task: HostTask, source: HostSource) {
    this.#task = task;
    this.#source = source;
  }

  areOpen(): boolean {
    const { epoch } = this.#source;
    if (this.#openEpoch !== epoch) {
      this.#openEpoch = epoch;
      this.#open = this.namespace('user') !== EACCES;
    }
    return this.#open;
  }

  executable(): string | Errno {
    return this.#readlink('exe');
  }

  workingDirectory(): string | Errno {
    return this.#readlink('cwd');
  }

  rootDirectory(): string | Errno {
    return this.#readlink('root');
  }

  descriptorCount(): number | Errno {
    const stats = this.#source.files.stat(`${this.#task.id}/fd`);
    if (!stats) return ESRCH;
    if (stats.size > 0) return stats.size;
    // Before Linux 6.2 the size told nothing.
    const numbers = this.#source.files.listNumbers(`${this.#task.id}/fd`);
    return isErrno(numbers) ? numbers : numbers.length;
  }

  descriptors(from: number): readonly number[] | Errno {
    const now = performance.now();
    if (from === 0 || !this.#listing || now - this.#listing.at > LISTING_MS) {
      const numbers = this.#source.files.listNumbers(`${this.#task.id}/fd`);
      if (isErrno(numbers)) return numbers;
      this.#listing = { at: now, numbers };
    }
    const { numbers } = this.#listing;
    return from === 0 ? numbers : numbers.filter((number) => number >= from);
  }

  descriptor(number: number): FileAccess | Errno {
    return this.#linkAccess(`fd/${number}`);
  }

  descriptorLink(number: number): string | Errno {
    return this.#readlink(`fd/${number}`);
  }

  descriptorInfo(number: number): DescriptorInfo | Errno {
    const { files } = this.#source;
    const descriptor = files.open(`${this.#task.id}/fdinfo/${number}`);
    if (isErrno(descriptor)) return descriptor;
    const length = this.#task.isNow() ? files.readAll(descriptor) : ESRCH;
    files.close(descriptor);
    return isErrno(length) ? length : parseDescriptorInfo(this.#source.scanner.reset(files.bytes, length));
  }

  namespace(name: NamespaceName): number | Errno {
    const text = this.#readlink(`ns/${name}`);
    return isErrno(text) ? text : Number(text.slice(text.indexOf('[') + 1, -1));
  }

  mappedFiles(from: U64): readonly MemoryRange[] | Errno {
    const names = this.#source.files.list(`${this.#task.id}/map_files`);
    if (isErrno(names)) return names;
    const ranges: MemoryRange[] = [];
    for (const name of names) {
      const dash = name.indexOf('-');
      const start = address(name.slice(0, dash));
      if (start >= from) ranges.push({ start, end: address(name.slice(dash + 1)) });
    }
    return ranges.sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  mappedFile(range: MemoryRange): FileAccess | Errno {
    return this.#linkAccess(nameOf(range));
  }

  mappedFileLink(range: MemoryRange): string | Errno {
    return this.#readlink(nameOf(range));
  }

  /** The text of a link below the thread's directory. */
  #readlink(place: string): string | Errno {
    const text = this.#source.files.readlink(`${this.#task.id}/${place}`);
    return isErrno(text) || this.#task.isNow() ? text : ESRCH;
  }

  /** The owner's permission bits of a link say what its file was opened for. */
  #linkAccess(place: string): FileAccess | Errno {
    const { files, epoch } = this.#source;
    if (place === this.#place && epoch === this.#epoch) return this.#access;
    const stats = files.lstat(`${this.#task.id}/${place}`);
    this.#place = place;
    this.#epoch = epoch;
    this.#access = isErrno(stats) ? stats : { read: (stats.mode & 0o400) !== 0, write: (stats.mode & 0o200) !== 0 };
    return this.#access;
  }
}

function nameOf({ start, end }: MemoryRange): string {
  return `map_files/${start.toString(16)}-${end.toString(16)}`;
}

function address(digits: string): U64 {
  return digits.length <= 13 ? Number.parseInt(digits, 16) : u64(BigInt(`0x${digits}`));
}
