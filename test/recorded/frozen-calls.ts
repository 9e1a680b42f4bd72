/**
 * A live host whose files stand still: each is read once, and from then on is as it was. What all processes of a network namespace have
 * alike is one file, and so is what all threads of a process have.
 */

import { EAGAIN, EBADF, EROFS, type Errno, isErrno } from '../../fs/errno.ts';
import { OF_PROCESS } from '../../providers/sources/recorded/left-out.ts';
import { type HostCalls, type HostName, type HostStats, LIVE_CALLS } from '../../providers/sources/linux-host/host-calls.ts';

/** No file that is read whole is longer. */
const LONGEST = 32 << 20;

interface Frozen {
  readonly bytes: Buffer;
  /** What reading it gave. */
  readonly error: Errno | 0;
}

interface Open {
  readonly key: string;
  /** Of a file that is not read whole: a descriptor of the host's. */
  readonly live: number | undefined;
  position: number;
}

/** Memory, and what tells of it: read where somebody asks. */
const NOT_WHOLE = /(?:\/mem|\/pagemap|^\/proc\/k(?:core|page\w+|msg))$/;

export class FrozenCalls implements HostCalls {
  readonly live = false;
  readonly architecture: string = LIVE_CALLS.architecture;
  readonly #known = new Map<string, unknown>();
  readonly #open: (Open | undefined)[] = [];

  readonly #networks = new Map<string, string>();

  /** The path of the same file that was met first. */
  #canonical(path: string): string {
    const [, id, name, rest = ''] = /^\/proc\/(\d+)(?:\/task\/\d+)?\/([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (id === undefined || name === undefined) return path;
    if (name === 'net') {
      const namespace = this.readlink('/proc/', `${id}/ns/net`);
      if (isErrno(namespace)) return path;
      if (!this.#networks.has(namespace)) this.#networks.set(namespace, id);
      return `/proc/${this.#networks.get(namespace)}/net${rest}`;
    }
    if (!OF_PROCESS.has(name)) return path;
    const status = this.#once('open', '/proc/', `${id}/status`, () => readWhole('/proc/', `${id}/status`, 0));
    if (typeof status === 'number') return path;
    return `/proc/${/^Tgid:\t(\d+)$/m.exec(status.bytes.toString('latin1'))?.[1] ?? id}/${name}${rest}`;
  }

  #once<T>(what: string, root: string, path: string, ask: () => T): T {
    const key = `${what} ${this.#canonical(root + path)}`;
    if (!this.#known.has(key)) this.#known.set(key, ask());
    return this.#known.get(key) as T;
  }

  open(root: string, path: string, flags: number): number | Errno {
    const key = this.#canonical(root + path);
    if ((flags & 3) !== 0) return EROFS;
    const whole = !NOT_WHOLE.test(key);
    const found = whole ? this.#once('open', root, path, () => readWhole(root, path, flags)) : LIVE_CALLS.open(root, path, flags);
    if (typeof found === 'number' && isErrno(found)) return found;
    return this.#open.push({ key, live: typeof found === 'number' ? found : undefined, position: 0 }) - 1;
  }

  close(descriptor: number): void {
    const live = this.#open[descriptor]?.live;
    if (live !== undefined) LIVE_CALLS.close(live);
    this.#open[descriptor] = undefined;
  }

  read(descriptor: number, into: Uint8Array, start: number, length: number, at: number | null): number | Errno {
    const open = this.#open[descriptor];
    if (!open) return EBADF;
    if (open.live !== undefined) return LIVE_CALLS.read(open.live, into, start, length, at);
    const { bytes, error } = this.#known.get(`open ${open.key}`) as Frozen;
    if (error !== 0) return error;
    const from = at ?? open.position;
    const isLog = open.key === '/dev/kmsg';
    if (isLog && from >= bytes.length) return EAGAIN;
    const end = isLog ? endOfRecord(bytes, from) : bytes.length;
    const count = Math.max(0, Math.min(length, end - from));
    into.set(bytes.subarray(from, from + count), start);
    if (at === null) open.position = from + count;
    return count;
  }

  readStart(descriptor: number, [memory]: readonly Uint8Array[]): number | Errno {
    return this.read(descriptor, memory as Uint8Array, 0, (memory as Uint8Array).length, 0);
  }

  write(): Errno {
    return EROFS;
  }

  readlink(root: string, path: string): string | Errno {
    return this.#once('readlink', root, path, () => LIVE_CALLS.readlink(root, path));
  }

  list(root: string, path: string): string[] | Errno {
    const names = this.listTypes(root, path);
    return isErrno(names) ? names : names.map(({ name }) => name);
  }

  listTypes(root: string, path: string): HostName[] | Errno {
    return this.#once('list', root, path, () => LIVE_CALLS.listTypes(root, path));
  }

  stat(root: string, path: string): HostStats | Errno {
    // What is no link is one file to both.
    const own = this.lstat(root, path);
    return isErrno(own) || (own.mode & 0o170000) !== 0o120000 ? this.#once('stat', root, path, () => LIVE_CALLS.stat(root, path)) : LIVE_CALLS.stat(root, path);
  }

  lstat(root: string, path: string): HostStats | Errno {
    return this.#once('stat', root, path, () => LIVE_CALLS.lstat(root, path));
  }

  fileSystemType(root: string, path: string): number | Errno {
    return this.#once('statfs', root, path, () => LIVE_CALLS.fileSystemType(root, path));
  }
}

function readWhole(root: string, path: string, flags: number): Frozen | Errno {
  const descriptor = LIVE_CALLS.open(root, path, flags | 0o4000);
  if (isErrno(descriptor)) return descriptor;
  const pieces: Buffer[] = [];
  let error: Errno | 0 = 0;
  for (let total = 0; total < LONGEST; ) {
    const piece = Buffer.alloc(1 << 17);
    const count = LIVE_CALLS.read(descriptor, piece, 0, piece.length, null);
    if (isErrno(count) && count !== EAGAIN) error = count;
    if (count <= 0) break;
    pieces.push(piece.subarray(0, count));
    total += count;
  }
  LIVE_CALLS.close(descriptor);
  return { bytes: Buffer.concat(pieces), error };
}

function endOfRecord(log: Buffer, from: number): number {
  const newline = log.indexOf('\n', from);
  if (newline < 0) return log.length;
  return log[newline + 1] === 0x20 ? endOfRecord(log, newline + 1) : newline + 1;
}
