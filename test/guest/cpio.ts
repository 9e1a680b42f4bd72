/** Archives in the format `newc` of cpio(5), which the kernel unpacks as its first file system. */

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFLNK = 0o120000;
const S_IFCHR = 0o020000;

/** An archive that is being made. Names have no leading slash; a directory comes before what is in it. */
export class Archive {
  readonly #pieces: Buffer[] = [];
  readonly #directories = new Set<string>();

  /** Adds a directory, and those above it, unless it is there already. */
  directory(name: string): void {
    if (name === '' || this.#directories.has(name)) return;
    this.directory(name.slice(0, Math.max(name.lastIndexOf('/'), 0)));
    this.#directories.add(name);
    this.#add(name, S_IFDIR | 0o755, Buffer.alloc(0));
  }

  /** Adds a file, and the directories above it. */
  file(name: string, data: Buffer, mode = 0o755): void {
    this.#above(name);
    this.#add(name, S_IFREG | mode, data);
  }

  symbolicLink(name: string, target: string): void {
    this.#above(name);
    this.#add(name, S_IFLNK | 0o777, Buffer.from(target));
  }

  characterDevice(name: string, major: number, minor: number): void {
    this.#above(name);
    this.#add(name, S_IFCHR | 0o600, Buffer.alloc(0), major, minor);
  }

  /** The finished archive. */
  bytes(): Buffer {
    this.#add(TRAILER, 0, Buffer.alloc(0));
    return Buffer.concat(this.#pieces);
  }

  #above(name: string): void {
    this.directory(name.slice(0, Math.max(name.lastIndexOf('/'), 0)));
  }

  /**
   * A header is the magic and 13 numbers of 8 hexadecimal digits: inode, mode, owner, group, links, time, size, device
   * (2), device's own number (2), length of the name with its NUL, checksum. Header with name, and data, are padded to
   * multiples of 4 bytes.
   */
  #add(name: string, mode: number, data: Buffer, major = 0, minor = 0): void {
    const fields = [this.#pieces.length + 1, mode, 0, 0, 1, 0, data.length, 0, 0, major, minor, Buffer.byteLength(name) + 1, 0];
    const header = MAGIC + fields.map((field) => field.toString(16).padStart(8, '0')).join('');
    this.#pieces.push(padded(Buffer.from(`${header}${name}\0`)), padded(data));
  }
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
