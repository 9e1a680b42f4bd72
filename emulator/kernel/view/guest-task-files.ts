/** What a guest's thread has open and where it stands. */

import { Entry } from '../../../fs/entry.ts';
import { ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import { O_CLOEXEC, O_PATH, canRead, canWrite } from '../../../fs/flags.ts';
import { Mount } from '../../../fs/mount-table.ts';
import { linkText } from '../../../fs/path-name.ts';
import { Place } from '../../../fs/place.ts';
import { Stat } from '../../../fs/stat.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { FileSystem, OpenFile, Vnode } from '../../../fs/vnode.ts';
import type { DescriptorInfo } from '../../../providers/model/descriptor-info.ts';
import { type FileAccess, type MemoryRange, NAMESPACE_NAMES, type NamespaceName, type TaskFiles } from '../../../providers/model/task-files.ts';
import type { MappingEntry } from '../../memory/address-space-contract.ts';
import type { Description } from '../description.ts';
import type { Kernel } from '../kernel.ts';
import type { GuestTask } from './guest-task.ts';

/** The inode number of the first namespace (PROC_UTS_INIT_INO and its neighbours). */
const FIRST_NAMESPACE = 0xeffffff0;

const scratch = new Stat();
/** For files without a name: where a walk that jumps to them stands. */
const nowhere = new WeakMap<FileSystem, Mount>();

export class GuestTaskFiles implements TaskFiles {
  readonly #of: GuestTask;
  readonly #kernel: Kernel;

  constructor(task: GuestTask, kernel: Kernel) {
    this.#of = task;
    this.#kernel = kernel;
  }

  areOpen(): boolean {
    return true;
  }

  /** Errors: ENOENT for what has ended, ESRCH for what is no more. */
  #check(): Errno | 0 {
    return this.#of.check() || (this.#of.task.process.alive ? 0 : ENOENT);
  }

  #text(place: Place): string {
    return linkText(this.#kernel.vfs.mounts, place);
  }

  executable(): string | Errno {
    return this.#check() || this.#of.task.process.image.program.file.path();
  }

  workingDirectory(): string | Errno {
    return this.#check() || this.#text(this.#of.task.cwd);
  }

  rootDirectory(): string | Errno {
    return this.#check() || this.#text(this.#of.task.root);
  }

  descriptorCount(): number | Errno {
    const numbers = this.descriptors(0);
    return isErrno(numbers) ? numbers : numbers.length;
  }

  descriptors(from: number): readonly number[] | Errno {
    const error = this.#of.check();
    if (error) return error;
    if (!this.#of.task.process.alive) return [];
    const numbers: number[] = [];
    for (const [number] of this.#of.task.process.files.entries()) if (number >= from) numbers.push(number);
    return numbers;
  }

  #description(number: number): Description | Errno {
    return this.#check() || (this.#of.task.process.files.get(number) ?? ENOENT);
  }

  descriptor(number: number): FileAccess | Errno {
    const description = this.#description(number);
    if (isErrno(description)) return description;
    const { flags } = description.file;
    if (flags & O_PATH) return { read: false, write: false };
    return { read: canRead(flags), write: canWrite(flags) };
  }

  descriptorLink(number: number): string | Errno {
    const description = this.#description(number);
    return isErrno(description) ? description : this.#nameOf(description.file);
  }

  #nameOf({ place, vnode }: OpenFile): string {
    if (place) return this.#text(place);
    return labelOf(vnode);
  }

  descriptorInfo(number: number): DescriptorInfo | Errno {
    const description = this.#description(number);
    if (isErrno(description)) return description;
    const { file, position } = description;
    const known = !isErrno(file.vnode.stat(scratch, this.#of.task));
    const closes = this.#of.task.process.files.closesOnExec(number) ? O_CLOEXEC : 0;
    return {
      position,
      flags: (file.flags & ~O_CLOEXEC) | closes,
      mountId: file.place?.mount.id ?? 0,
      inode: known ? scratch.ino : 0,
      locks: [],
      details: undefined,
    };
  }

  namespace(name: NamespaceName): number | Errno {
    const index = NAMESPACE_NAMES.indexOf(name.replace(/_for_children$/, '') as NamespaceName);
    return this.#check() || FIRST_NAMESPACE + index;
  }

  #mapping(range: MemoryRange): MappingEntry | Errno {
    const error = this.#check();
    if (error) return error;
    const { space } = this.#of.task.process.image;
    return space.entries().find(({ start, end, ino }) => ino !== 0 && start === range.start && end === range.end) ?? ENOENT;
  }

  mappedFiles(from: U64): readonly MemoryRange[] | Errno {
    const error = this.#check();
    if (error) return error;
    return this.#of.task.process.image.space.entries().filter(({ ino, start }) => ino !== 0 && start >= from);
  }

  mappedFile(range: MemoryRange): FileAccess | Errno {
    const mapping = this.#mapping(range);
    return isErrno(mapping) ? mapping : { read: true, write: mapping.shared && (mapping.protection & 2) !== 0 };
  }

  mappedFileLink(range: MemoryRange): string | Errno {
    const mapping = this.#mapping(range);
    return isErrno(mapping) ? mapping : mapping.name;
  }

  place(link: string): Place | Errno {
    const error = this.#check();
    if (error) return error;
    const { task } = this.#of;
    if (link === 'cwd') return task.cwd;
    if (link === 'root') return task.root;
    if (link === 'exe') return this.#find(task.process.image.program.file.path());
    if (link.startsWith('fd/')) {
      const description = this.#description(Number(link.slice(3)));
      return isErrno(description) ? description : placeOf(description.file);
    }
    if (link.startsWith('map_files/')) {
      const [start = 0, end = 0] = link.slice(10).split('-').map((digits) => Number.parseInt(digits, 16));
      const name = this.mappedFileLink({ start, end });
      return isErrno(name) ? name : this.#find(name);
    }
    return ENOENT;
  }

  /** Differs: a program whose file has been removed is not found any more. */
  #find(path: string): Place | Errno {
    return this.#kernel.vfs.find(path, 0, this.#of.task);
  }
}

/** What a file without a name calls itself. */
function labelOf(vnode: Vnode): string {
  return 'label' in vnode && typeof vnode.label === 'string' ? vnode.label : `anon_inode:[${vnode.fileSystem.type}]`;
}

/** Where an open file is; one without a name is in a mount of its own, which is nowhere. */
function placeOf({ place, vnode }: OpenFile): Place {
  if (place) return place;
  const { fileSystem } = vnode;
  const entry = new Entry(vnode, undefined, labelOf(vnode));
  let mount = nowhere.get(fileSystem);
  if (!mount) {
    const device = 'device' in fileSystem && typeof fileSystem.device === 'number' ? fileSystem.device : 0;
    mount = new Mount(0, fileSystem, entry, { source: fileSystem.type, flags: 0, device, jail: undefined, idle: () => undefined });
    nowhere.set(fileSystem, mount);
  }
  return new Place(mount, entry);
}
