/**
 * What the kernel asks for, asked of the server: each FUSE request becomes requests of the 9P client, any number of which are
 * under way at once.
 */

import { EINVAL, ENOENT, ENOSYS, ENOTTY, EOPNOTSUPP, ERANGE, ESTALE } from '../../fs/errno.ts';
import * as flags from '../../fs/flags.ts';
import { S_IFMT, S_IFREG, S_ISGID } from '../../fs/stat.ts';
import type { Caching } from '../../fs/vnode.ts';
import { DOORBELL_NAME } from '../fuse/doorbell.ts';
import { negotiate } from '../fuse/init.ts';
import * as fuse from '../fuse/protocol.ts';
import { ATTR_OUT_SIZE, BODY, ENTRY_OUT_SIZE, type ReplyBuffer, STATFS_OUT_SIZE } from '../fuse/reply-buffer.ts';
import type { AttributeChange, Attributes, TimeChange } from '../node-9p/attributes.ts';
import type { Client } from '../node-9p/client.ts';
import type { RemoteError } from '../node-9p/errors.ts';
import type { RemoteFile } from '../node-9p/remote-file.ts';
import { toStat, toStatFs } from './attributes.ts';
import { type Attach, Nodes, remoteUser } from './nodes.ts';
import { OpenFiles } from './open-files.ts';
import type { ProxyOptions } from './options.ts';
import type { Answer } from './replies.ts';
import type { Request } from './request.ts';

/** How long the kernel remembers in a tree that nobody else changes, in milliseconds. */
const LOOSE_MS = 3_600_000;
/** What goes to the server of an open file's flags; the others are the kernel's business, or have other values elsewhere. */
const OPEN_FLAGS = flags.O_ACCMODE | flags.O_TRUNC | flags.O_APPEND | flags.O_NONBLOCK | flags.O_DSYNC | flags.O_SYNC;
const CREATE_FLAGS = OPEN_FLAGS | flags.O_CREAT | flags.O_EXCL;

export class Operations {
  readonly #client: Client;
  readonly #options: ProxyOptions;
  readonly #nodes: Nodes;
  readonly #files: OpenFiles;
  readonly #caching: Caching;

  /** `root` is what the mounting user, `user` to `remoteUser`, is attached to; `clientId` tells this machine from others. */
  constructor(root: RemoteFile, user: number, attach: Attach, options: ProxyOptions, clientId: string) {
    this.#client = root.client;
    this.#options = options;
    this.#files = new OpenFiles(clientId);
    this.#nodes = new Nodes(root, user, attach);
    const loose = options.cache === 'loose';
    const milliseconds = loose ? LOOSE_MS : 0;
    this.#caching = {
      entryMilliseconds: milliseconds,
      attributeMilliseconds: milliseconds,
      data: loose ? 'exclusive' : false,
      listAttributes: false,
    };
  }

  get openFiles(): number {
    return this.#files.size;
  }

  get nodes(): number {
    return this.#nodes.size;
  }

  /** The kernel forgets what it has looked up so many times. */
  forget(node: number, lookups: number): void {
    this.#nodes.forget(node, lookups);
  }

  /** Answers what needs the server. Rejects with its errors. */
  async answer(request: Request): Promise<Answer> {
    switch (request.opcode) {
      case fuse.FUSE_LOOKUP:
        return this.#lookup(request);
      case fuse.FUSE_GETATTR:
        return this.#getattr(request);
      case fuse.FUSE_SETATTR:
        return this.#setattr(request);
      case fuse.FUSE_READLINK:
        return Buffer.from(await this.#on(request, (file) => file.readlink()), 'latin1');
      case fuse.FUSE_OPEN:
        return this.#open(request, request.word(0) & OPEN_FLAGS);
      case fuse.FUSE_OPENDIR:
        return this.#open(request, flags.O_DIRECTORY);
      case fuse.FUSE_CREATE:
        return this.#create(request);
      case fuse.FUSE_READ:
        return this.#files.read(request);
      case fuse.FUSE_WRITE:
        return this.#files.write(request);
      case fuse.FUSE_READDIR:
        return this.#files.readdir(request);
      case fuse.FUSE_FLUSH:
        return this.#files.flush(request);
      case fuse.FUSE_RELEASE:
      case fuse.FUSE_RELEASEDIR:
        return this.#files.release(request);
      case fuse.FUSE_FSYNC:
      case fuse.FUSE_FSYNCDIR:
        return this.#files.fsync(request);
      case fuse.FUSE_MKNOD:
        return this.#make(request, 16, (directory, name, gid) => this.#mknod(directory, name, request, gid));
      case fuse.FUSE_MKDIR:
        return this.#make(request, 8, (directory, name, gid) => directory.mkdir(name, request.word(0) & 0o7777, gid));
      case fuse.FUSE_SYMLINK:
        return this.#make(request, 0, (directory, name, gid) => directory.symlink(name, request.names(0)[1] ?? '', gid));
      case fuse.FUSE_LINK: {
        const existing = this.#nodes.get(Number(request.u64(0)));
        const link = (directory: RemoteFile, name: string): Promise<void> =>
          this.#nodes.use(existing, this.#user(request), (file) => directory.link(name, file));
        return this.#make(request, 8, link);
      }
      case fuse.FUSE_UNLINK:
        return this.#remove(request, false);
      case fuse.FUSE_RMDIR:
        return this.#remove(request, true);
      case fuse.FUSE_RENAME:
        return this.#rename(request, 8);
      case fuse.FUSE_RENAME2:
        // No version of the protocol can say it.
        return request.word(2) === 0 ? this.#rename(request, 16) : EINVAL;
      case fuse.FUSE_STATFS:
        return this.#statfs(request);
      case fuse.FUSE_GETXATTR:
        return this.#getxattr(request);
      case fuse.FUSE_LISTXATTR:
        return this.#listxattr(request);
      case fuse.FUSE_SETXATTR: {
        const [name = ''] = request.names(8);
        const value = Buffer.from(request.data(8 + name.length + 1, request.word(0)));
        return this.#done(request, (file) => file.setxattr(name, value, request.word(1)));
      }
      case fuse.FUSE_REMOVEXATTR:
        return this.#done(request, (file) => file.removexattr(request.names(0)[0] ?? ''));
      case fuse.FUSE_SETLK:
      case fuse.FUSE_SETLKW:
        return this.#files.setLock(request);
      case fuse.FUSE_GETLK:
        return this.#files.getLock(request);
      case fuse.FUSE_INIT:
        return this.#init(request);
      case fuse.FUSE_DESTROY:
        return 0;
      case fuse.FUSE_IOCTL:
        return ENOTTY;
      case fuse.FUSE_FALLOCATE:
        return EOPNOTSUPP;
      default:
        // The kernel asks once, and then does without or does it itself.
        return ENOSYS;
    }
  }

  #init(request: Request): Answer {
    const more = {
      flags: this.#client.dialect === '9P2000.L' ? fuse.FUSE_POSIX_LOCKS | fuse.FUSE_FLOCK_LOCKS : 0,
      upper: fuse.FUSE_DIRECT_IO_ALLOW_MMAP,
    };
    return (reply) => {
      const answer = negotiate(request.words, this.#caching, reply, more);
      return typeof answer === 'number' ? answer : answer.size;
    };
  }

  #user(request: Request): number {
    // Whoever mounts looks at the mount, even if it is somebody else's.
    if (request.opcode === fuse.FUSE_GETATTR && request.nodeId === fuse.FUSE_ROOT_ID && this.#options.access !== 'user') return 0;
    return remoteUser(this.#options.access, request.uid);
  }

  /** Does something with the request's file, as its user. */
  #on<T>(request: Request, action: (file: RemoteFile) => Promise<T>): Promise<T> {
    const node = this.#nodes.get(request.nodeId);
    return this.#nodes.use(node, this.#user(request), (file) => action(file.during(request.signal)));
  }

  async #done(request: Request, action: (file: RemoteFile) => Promise<void>): Promise<number> {
    await this.#on(request, action);
    return 0;
  }

  // Names.

  async #lookup(request: Request): Promise<Answer> {
    const [name = ''] = request.names(0);
    if (name === DOORBELL_NAME) return ENOENT;
    return this.#entry(request, name);
  }

  /** Looks a name up and makes its entry. */
  async #entry(request: Request, name: string): Promise<(reply: ReplyBuffer) => number> {
    const parent = this.#nodes.get(request.nodeId);
    const file = await this.#on(request, (directory) => directory.walk([name]));
    let attributes: Attributes;
    try {
      attributes = await file.during(request.signal).getattr();
    } catch (error) {
      file.drop();
      throw error;
    }
    return (reply) => {
      const node = this.#nodes.lookedUp(parent, name, this.#user(request), file);
      const { entryMilliseconds, attributeMilliseconds } = this.#caching;
      reply.entry(BODY, node.id, 0, entryMilliseconds, attributeMilliseconds, toStat(attributes, file.qid));
      return ENTRY_OUT_SIZE;
    };
  }

  /** Makes a name in the request's directory, with the group that a new file there has, and looks it up. */
  async #make(
    request: Request,
    offset: number,
    action: (directory: RemoteFile, name: string, gid: number) => Promise<void>,
  ): Promise<Answer> {
    const [name = ''] = request.names(offset);
    await this.#on(request, async (directory) => action(directory, name, await this.#groupIn(directory, request)));
    return this.#entry(request, name);
  }

  /** Whose group a new file in a directory has. */
  async #groupIn(directory: RemoteFile, request: Request): Promise<number> {
    if (this.#client.dialect !== '9P2000.L') return request.gid;
    const { mode, gid } = await directory.getattr();
    return mode & S_ISGID ? gid : request.gid;
  }

  async #mknod(directory: RemoteFile, name: string, request: Request, gid: number): Promise<void> {
    const [mode, device] = [request.word(0), request.word(1)];
    if ((mode & S_IFMT) !== S_IFREG || this.#client.dialect === '9P2000.L')
      return directory.mknod(name, mode, device, gid);
    const file = await directory.walk([]);
    try {
      await file.during(request.signal).create(name, flags.O_RDONLY | flags.O_EXCL, mode, gid);
    } finally {
      file.drop();
    }
  }

  async #remove(request: Request, isDirectory: boolean): Promise<number> {
    return this.#done(request, (directory) => directory.unlink(request.names(0)[0] ?? '', isDirectory));
  }

  async #rename(request: Request, offset: number): Promise<number> {
    const [name = '', newName = ''] = request.names(offset);
    const from = this.#nodes.get(request.nodeId);
    const to = this.#nodes.get(Number(request.u64(0)));
    await this.#on(request, (directory) =>
      this.#nodes.use(to, this.#user(request), (newDirectory) => directory.rename(name, newDirectory, newName)),
    );
    this.#nodes.renamed(from, name, to, newName);
    return 0;
  }

  // Attributes.

  /** Encodes a file's attributes. */
  #attributes(attributes: Attributes, { qid }: RemoteFile): Answer {
    return (reply) => {
      reply.attrOut(BODY, this.#caching.attributeMilliseconds, toStat(attributes, qid));
      return ATTR_OUT_SIZE;
    };
  }

  async #getattr(request: Request): Promise<Answer> {
    const read = async (file: RemoteFile): Promise<Answer> => this.#attributes(await file.getattr(), file);
    return request.word(0) & fuse.FUSE_GETATTR_FH
      ? read(this.#files.file(request.u64(2)).during(request.signal))
      : this.#onPossiblyUnlinked(request, read);
  }

  /** A file without a name may be reached only by what has it open. */
  async #onPossiblyUnlinked<T>(request: Request, action: (file: RemoteFile) => Promise<T>): Promise<T> {
    try {
      return await this.#on(request, action);
    } catch (error) {
      const [handle] = this.#nodes.get(request.nodeId).handles;
      const { errno } = error as RemoteError;
      if (!handle || (errno !== ENOENT && errno !== ESTALE)) throw error;
      return action(handle.file.during(request.signal));
    }
  }

  async #setattr(request: Request): Promise<Answer> {
    const valid = request.word(0);
    const time = (now: number, set: number, seconds: number, nanoseconds: number): TimeChange | undefined => {
      if (valid & now) return 'now';
      if (!(valid & set)) return undefined;
      return { seconds: Number(BigInt.asIntN(64, BigInt(request.u64(seconds)))), nanoseconds: request.word(nanoseconds) };
    };
    const atime = time(fuse.FATTR_ATIME_NOW, fuse.FATTR_ATIME, 8, 14);
    const mtime = time(fuse.FATTR_MTIME_NOW, fuse.FATTR_MTIME, 10, 15);
    const change: AttributeChange = {
      ...(valid & fuse.FATTR_MODE && { mode: request.word(17) & 0o7777 }),
      ...(valid & fuse.FATTR_UID && { uid: request.word(19) }),
      ...(valid & fuse.FATTR_GID && { gid: request.word(20) }),
      ...(valid & fuse.FATTR_SIZE && { size: Number(request.u64(4)) }),
      ...(atime && { atime }),
      ...(mtime && { mtime }),
    };
    const set = async (file: RemoteFile): Promise<Answer> => {
      if (Object.keys(change).length > 0) await file.setattr(change);
      return this.#attributes(await file.getattr(), file);
    };
    return valid & fuse.FATTR_FH
      ? set(this.#files.file(request.u64(2)).during(request.signal))
      : this.#onPossiblyUnlinked(request, set);
  }

  async #statfs(request: Request): Promise<Answer> {
    const values = this.#client.dialect === '9P2000.L' ? await this.#on(request, (file) => file.statfs()) : undefined;
    return (reply) => {
      reply.statfs(BODY, toStatFs(values));
      return STATFS_OUT_SIZE;
    };
  }

  async #getxattr(request: Request): Promise<Answer> {
    const value = await this.#on(request, (file) => file.getxattr(request.names(8)[0] ?? ''));
    return sized(value, request.word(0));
  }

  async #listxattr(request: Request): Promise<Answer> {
    const names = await this.#on(request, (file) => file.listxattr());
    return sized(Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1'), request.word(0));
  }

  // Opening.

  async #open(request: Request, openFlags: number): Promise<Answer> {
    const node = this.#nodes.get(request.nodeId);
    const clone = await this.#on(request, (file) => file.walk([]));
    const file = await opening(clone, (one) => one.during(request.signal).open(openFlags));
    // Without a size or a version there is nothing to tell what is remembered from what is new.
    const cached = this.#caching.data !== false && file.qid.version !== 0 && (await file.getattr()).size !== 0;
    return this.#files.opened(file, node, cached);
  }

  async #create(request: Request): Promise<Answer> {
    const [name = ''] = request.names(16);
    const openFlags = request.word(0) & CREATE_FLAGS;
    const [clone, gid] = await this.#on(request, async (directory) => {
      return [await directory.walk([]), await this.#groupIn(directory, request)] as const;
    });
    const mode = request.word(1) & 0o7777;
    const file = await opening(clone, (one) => one.during(request.signal).create(name, openFlags, mode, gid));
    try {
      const entry = await this.#entry(request, name);
      return (reply) => {
        const size = entry(reply);
        // The entry begins with the node that it is for.
        const node = this.#nodes.get(reply.words[BODY] as number);
        return size + this.#files.opened(file, node, this.#caching.data !== false)(reply, BODY + ENTRY_OUT_SIZE / 4);
      };
    } catch (error) {
      file.drop();
      throw error;
    }
  }
}

/** Opens a file by its fid, which is given back if it cannot be. */
async function opening(file: RemoteFile, open: (file: RemoteFile) => Promise<RemoteFile>): Promise<RemoteFile> {
  try {
    return (await open(file)).during(undefined);
  } catch (error) {
    file.drop();
    throw error;
  }
}

/** The reply to a question for an extended attribute: its size, where no room is offered for it, or its bytes. */
function sized(value: Buffer, room: number): Answer {
  if (room > 0) return value.length > room ? ERANGE : value;
  return (reply) => {
    reply.u64(BODY, value.length);
    return 8;
  };
}
