/** What a simulated process has open and where it stands. The files are in no tree: links only have texts. */

import { ENOENT, type Errno, isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { DescriptorInfo } from '../../model/descriptor-info.ts';
import { type FileAccess, type MemoryRange, NAMESPACE_NAMES, type NamespaceName, type TaskFiles } from '../../model/task-files.ts';
import type { MemoryMapping } from '../../model/task-memory.ts';
import type { SimulatedTask } from './simulated-task.ts';

const FIRST_NAMESPACE = 0xeffffff0;
const PIPE_INODES = 50_000_000;
const O_RDONLY = 0;
const O_WRONLY = 1;
const O_RDWR = 2;
const O_APPEND = 0o2000;

/** A descriptor: what the link says, and how it was opened. */
interface Open {
  readonly link: string;
  readonly flags: number;
  readonly position: number;
}

export class SimulatedFiles implements TaskFiles {
  readonly #of: SimulatedTask;

  constructor(task: SimulatedTask) {
    this.#of = task;
  }

  areOpen(): boolean {
    return true;
  }

  /** Errors: ENOENT for what has ended. */
  #alive(): Errno | 0 {
    return this.#of.check() || (this.#of.isZombie ? ENOENT : 0);
  }

  executable(): string | Errno {
    const { text, kernel } = this.#of.template;
    const error = this.#alive();
    if (error || kernel) return error || ENOENT;
    const path = text.executable ?? text.command?.[0] ?? text.name;
    return this.#of.expand(path.startsWith('/') ? path : `/usr/bin/${path}`);
  }

  workingDirectory(): string | Errno {
    return this.#alive() || (this.#of.template.text.directory ?? '/');
  }

  rootDirectory(): string | Errno {
    return this.#alive() || '/';
  }

  descriptorCount(): number | Errno {
    return this.#of.check() || (this.#of.hasMemory ? this.#of.descriptorCount() : 0);
  }

  descriptors(from: number): readonly number[] | Errno {
    const count = this.descriptorCount();
    if (isErrno(count)) return count;
    const numbers: number[] = [];
    for (let number = from; number < count; number++) numbers.push(number);
    return numbers;
  }

  #open(number: number): Open | Errno {
    const error = this.#alive();
    if (error) return error;
    const task = this.#of;
    if (!task.hasMemory || number >= task.descriptorCount()) return ENOENT;
    const { text } = task.template;
    const socket = (inode: number): Open => ({ link: `socket:[${inode}]`, flags: O_RDWR, position: 0 });
    if (number < 3) {
      if (text.terminal !== undefined) return { link: `/dev/pts/${text.terminal}`, flags: O_RDWR, position: 0 };
      return { link: '/dev/null', flags: number === 0 ? O_RDONLY : O_WRONLY, position: 0 };
    }
    const listeners = task.world.sockets.of(task.life);
    const { connections = 0 } = text;
    const at = number - 3;
    const listener = listeners[at];
    if (listener) return socket(listener.inode);
    if (at < listeners.length + connections) return socket(task.world.sockets.connectionInode(task.life, at - listeners.length));
    switch (number % 4) {
      case 0:
        return { link: 'anon_inode:[eventpoll]', flags: O_RDWR, position: 0 };
      case 1: {
        const log = `/var/log/${task.name.replaceAll('/', '-')}${number < 8 ? '' : `.${number}`}.log`;
        return { link: log, flags: O_WRONLY | O_APPEND, position: Math.floor(task.template.write.until(task.time) / task.template.count) };
      }
      case 2:
        return { link: 'anon_inode:[eventfd]', flags: O_RDWR, position: 0 };
      default:
        return { link: `pipe:[${PIPE_INODES + task.life.slot * 64 + (number >> 2)}]`, flags: number & 4 ? O_WRONLY : O_RDONLY, position: 0 };
    }
  }

  descriptor(number: number): FileAccess | Errno {
    const open = this.#open(number);
    return isErrno(open) ? open : { read: (open.flags & 3) !== O_WRONLY, write: (open.flags & 3) !== O_RDONLY };
  }

  descriptorLink(number: number): string | Errno {
    const open = this.#open(number);
    return isErrno(open) ? open : open.link;
  }

  descriptorInfo(number: number): DescriptorInfo | Errno {
    const open = this.#open(number);
    if (isErrno(open)) return open;
    const inode = /\[(\d+)\]$/.exec(open.link)?.[1];
    return { position: open.position, flags: open.flags, mountId: open.link.startsWith('/') ? 1 : 15, inode: inode === undefined ? 1000 + number : Number(inode), locks: [], details: undefined };
  }

  namespace(name: NamespaceName): number | Errno {
    return this.#alive() || FIRST_NAMESPACE + NAMESPACE_NAMES.indexOf(name.replace(/_for_children$/, '') as NamespaceName);
  }

  #mapped(): readonly MemoryMapping[] | Errno {
    const error = this.#alive();
    if (error) return error;
    const mappings = this.#of.addressSpace.mappings();
    return isErrno(mappings) ? mappings : mappings.filter(({ inode }) => inode !== 0);
  }

  #mapping(range: MemoryRange): MemoryMapping | Errno {
    const mapped = this.#mapped();
    return isErrno(mapped) ? mapped : (mapped.find(({ start, end }) => start === range.start && end === range.end) ?? ENOENT);
  }

  mappedFiles(from: U64): readonly MemoryRange[] | Errno {
    const mapped = this.#mapped();
    return isErrno(mapped) ? mapped : mapped.filter(({ start }) => start >= from);
  }

  mappedFile(range: MemoryRange): FileAccess | Errno {
    const mapping = this.#mapping(range);
    return isErrno(mapping) ? mapping : { read: true, write: false };
  }

  mappedFileLink(range: MemoryRange): string | Errno {
    const mapping = this.#mapping(range);
    return isErrno(mapping) ? mapping : mapping.name;
  }
}
