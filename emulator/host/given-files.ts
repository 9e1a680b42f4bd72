/** Files that whoever starts a guest supplies in place of descriptors: bytes to be read, and receivers of what is written. */

import type { Errno } from '../../fs/errno.ts';
import { POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM } from '../../fs/flags.ts';
import { S_IFCHR, S_IFIFO, type Stat, type StatFs, makeDevice } from '../../fs/stat.ts';
import { type Caching, type FileSystem, OpenFile, type Vnode } from '../../fs/vnode.ts';

class GivenFiles implements FileSystem {
  readonly type = 'pipefs';
  readonly device: number = makeDevice(0, 0xff005);
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };
  #lastIno = 0;

  get root(): Vnode {
    throw new Error('there is no root');
  }

  statfs(into: StatFs): 0 {
    into.type = 0x50495045;
    into.blockSize = into.fragmentSize = 4096;
    into.nameLength = 255;
    return 0;
  }

  nextIno(): number {
    return ++this.#lastIno;
  }
}

const FILE_SYSTEM = new GivenFiles();

abstract class GivenVnode implements Vnode {
  readonly fileSystem: GivenFiles = FILE_SYSTEM;
  readonly ino: number = FILE_SYSTEM.nextIno();
  abstract readonly type: typeof S_IFIFO | typeof S_IFCHR;
  abstract readonly label: string;

  stat(into: Stat): 0 {
    into.ino = this.ino;
    into.mode = this.type | 0o600;
    into.nlink = 1;
    into.uid = into.gid = into.rdev = into.size = into.blocks = 0;
    into.blksize = 4096;
    into.setTimes(0, 0);
    return 0;
  }

  abstract open(flags: number): OpenFile;
}

/** A pipe in which bytes wait, and into which nobody writes any more. */
export class GivenInput extends GivenVnode {
  readonly type: typeof S_IFIFO = S_IFIFO;
  readonly label: string = `pipe:[${this.ino}]`;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
  }

  open(flags: number): OpenFile {
    return new GivenInputFile(this, flags);
  }

  take(into: Uint8Array, start: number, length: number): number {
    const piece = this.#bytes.subarray(this.#at, this.#at + length);
    into.set(piece, start);
    this.#at += piece.length;
    return piece.length;
  }
}

class GivenInputFile extends OpenFile {
  declare readonly vnode: GivenInput;
  override readonly stream: true = true;

  override read(into: Uint8Array, start: number, length: number): number {
    return this.vnode.take(into, start, length);
  }

  override poll(): number {
    return POLLIN | POLLRDNORM;
  }
}

/** A pipe whose reader takes everything at once; the bytes are borrowed. */
export class GivenOutput extends GivenVnode {
  readonly type: typeof S_IFIFO = S_IFIFO;
  readonly label: string = `pipe:[${this.ino}]`;
  readonly take: (bytes: Uint8Array) => void;

  constructor(take: (bytes: Uint8Array) => void) {
    super();
    this.take = take;
  }

  open(flags: number): OpenFile {
    return new GivenOutputFile(this, flags);
  }
}

class GivenOutputFile extends OpenFile {
  declare readonly vnode: GivenOutput;
  override readonly stream: true = true;

  override write(from: Uint8Array, start: number, length: number): number | Errno {
    this.vnode.take(from.subarray(start, start + length));
    return length;
  }

  override poll(): number {
    return POLLOUT | POLLWRNORM;
  }
}
