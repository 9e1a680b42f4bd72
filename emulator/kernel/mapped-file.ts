/** An open file as the loader and mappings hold it. */

import { SUPERUSER } from '../../fs/caller.ts';
import { type Errno, WOULD_BLOCK, EAGAIN, isErrno } from '../../fs/errno.ts';
import { MS_NOEXEC, canRead, canWrite } from '../../fs/flags.ts';
import { linkText } from '../../fs/path-name.ts';
import { Stat } from '../../fs/stat.ts';
import type { U64 } from '../../fs/u64.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import type { MappableFile } from '../memory/mappable-file.ts';
import type { Kernel } from './kernel.ts';
import { NamelessVnode } from './nameless.ts';

const scratch = new Stat();

export class MappedFile implements MappableFile {
  readonly #kernel: Kernel;
  readonly file: OpenFile;
  readonly device: number;
  readonly ino: U64;

  /** Takes over a use of the file. */
  constructor(kernel: Kernel, file: OpenFile) {
    this.#kernel = kernel;
    this.file = file;
    const known = !isErrno(file.vnode.stat(scratch, SUPERUSER));
    this.ino = known ? scratch.ino : 0;
    this.device = deviceOf(file);
  }

  get identity(): object {
    return this.file.vnode;
  }

  path(): string {
    return describeFile(this.#kernel, this.file);
  }

  get mayRead(): boolean {
    return canRead(this.file.flags);
  }

  get mayWrite(): boolean {
    return canWrite(this.file.flags);
  }

  get mayExecute(): boolean {
    return ((this.file.place?.mount.flags ?? 0) & MS_NOEXEC) === 0;
  }

  size(): number {
    return isErrno(this.file.vnode.stat(scratch, SUPERUSER)) ? 0 : scratch.size;
  }

  read(into: Uint8Array, at: number): number | Errno {
    let done = 0;
    while (done < into.length) {
      const count = this.file.read?.(into, done, into.length - done, at + done, SUPERUSER) ?? 0;
      if (count === WOULD_BLOCK) return done > 0 ? done : EAGAIN;
      if (isErrno(count)) return done > 0 ? done : count;
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  write(from: Uint8Array, at: number): number | Errno {
    const count = this.file.write?.(from, 0, from.length, at, SUPERUSER) ?? 0;
    return count === WOULD_BLOCK ? EAGAIN : count;
  }

  retain(): void {
    this.file.retain();
  }

  release(): void {
    this.file.release();
  }
}

/** st_dev of an open file. */
export function deviceOf({ place, vnode }: OpenFile): number {
  if (place) return place.mount.device;
  return vnode instanceof NamelessVnode ? vnode.fileSystem.device : 0;
}

/** What readlink(2) of /proc/PID/fd/N tells of an open file, as the whole tree's root sees it. */
export function describeFile(kernel: Kernel, file: OpenFile): string {
  if (file.place) return linkText(kernel.vfs.mounts, file.place);
  const { label } = file as { label?: string };
  return label ?? (file.vnode as { label?: string }).label ?? '(unknown)';
}
