/**
 * A directory of the host as a file system. Nothing outside of it can be reached: every name is looked up in the
 * directory where it is, and links are handed to the caller as they are (see host-access.ts).
 *
 * Where the server is root, permissions are decided here by the caller's ids, and what a caller makes is given to it.
 * Otherwise the host decides by the ids of the server, and files belong to the server.
 *
 * Differs: FIFOs, sockets and devices cannot be opened (ENXIO), there are no access control lists, no O_TMPFILE and
 * fallocate(2) (EOPNOTSUPP), no holes for lseek(2), and O_DIRECT is ignored: Node has no calls for them. Without
 * `systemCalls` there are no extended attributes either (EOPNOTSUPP), and no such files can be made (EPERM).
 */

import { type BigIntStats, fstatSync, lstatSync, realpathSync, statfsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Caller } from '../caller.ts';
import { steadyMilliseconds } from '../clock.ts';
import { ENOENT, type Errno, errnoFromHost, isErrno } from '../errno.ts';
import { outside } from '../outside.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, type StatFs, fileType } from '../stat.ts';
import type { Caching, FileSystem, Vnode } from '../vnode.ts';
import { HostDirectory } from './directory.ts';
import { DescriptorAccess, type HostAccess, PathAccess, openPlace } from './host-access.ts';
import type { HostNode } from './node.ts';
import { ReadAgain } from './read-again.ts';
import type { SystemCalls } from './system-calls.ts';
import { HostLink, HostRegular, HostSpecial } from './regular.ts';

export interface PassthroughOptions {
  /** Refuses every change with EROFS. */
  readonly readOnly?: boolean;
  /** How long names and attributes may be remembered while others may change them, in milliseconds. */
  readonly cacheMilliseconds?: number;
  /** Whether FIFOs and devices can be made, by running mknod(1): nothing that it needs may be below a mount of ours. */
  readonly makesSpecial?: boolean;
  /**
   * The mount point, absolute and without links, at which this is about to be seen: if it is within the directory, what it covers is shown there, and
   * never the mount itself. Works where files are reached through descriptors.
   */
  readonly covered?: string;
  /** Where our own descriptors are found. Absent: /proc/self/fd/. */
  readonly descriptors?: string;
  /** Whether small reads at the same place are answered from memory (read-again.ts): for who alone asks, and counts what else it looks at (outside.ts). */
  readonly readsAgain?: boolean;
  /** Makes the calls that Node has not, for files that are reached through descriptors. It ends with the last file system that uses it. */
  readonly systemCalls?: SystemCalls | undefined;
}

/** How long what a look-up found stands for the next stat, in milliseconds. */
const FRESH_MS = 1;

export class Passthrough implements FileSystem {
  readonly type = 'passthrough';
  readonly root: HostDirectory;
  readonly caching: Caching;
  readonly readOnly: boolean;
  readonly makesSpecial: boolean;
  readonly readAgain: ReadAgain | undefined;
  /** Whether files are reached through descriptors, so that no link can be in the way. */
  readonly byDescriptor: boolean;
  readonly systemCalls: SystemCalls | undefined;
  /** Whether what callers make is given to them. */
  readonly givesFiles: boolean = process.getuid?.() === 0;
  /** Files that somebody holds, by device and inode number. */
  readonly #nodes = new Map<string, WeakRef<HostNode>>();
  readonly #gone: FinalizationRegistry<string>;
  readonly #access: HostAccess;
  /** What a mount of ours covers, if that is below. */
  readonly #covered: Covered | undefined;
  /** What was found last. */
  #found: { readonly node: HostNode; readonly stats: BigIntStats; readonly at: number } | undefined;

  /** Throws where the path is no directory that can be opened. */
  constructor(path: string, options: PassthroughOptions = {}) {
    const { readOnly = false, makesSpecial = false, cacheMilliseconds = 1000, descriptors = '/proc/self/fd/' } = options;
    this.readOnly = readOnly;
    this.makesSpecial = makesSpecial;
    this.readAgain = options.readsAgain ? new ReadAgain() : undefined;
    this.caching = {
      entryMilliseconds: cacheMilliseconds,
      attributeMilliseconds: cacheMilliseconds,
      data: 'checked',
      listAttributes: true,
    };
    this.#gone = new FinalizationRegistry((key) => {
      if (this.#nodes.get(key)?.deref() === undefined) this.#nodes.delete(key);
    });
    const real = realpathSync(path);
    this.root = new HostDirectory(this, lstatSync(real, { bigint: true }), undefined, '');
    this.#nodes.set(keyOf(this.root.device, this.root.ino), new WeakRef(this.root));
    this.byDescriptor = DescriptorAccess.works(descriptors);
    const access = this.byDescriptor ? new DescriptorAccess(this.root, real, descriptors) : undefined;
    this.#access = access ?? new PathAccess(this.root, real);
    this.systemCalls = access && options.systemCalls?.use();
    if (options.covered !== undefined && access) this.#covered = coveredBy(options.covered, real);
  }

  /** How files are reached, for somebody who goes there now. */
  get access(): HostAccess {
    outside.looks++;
    return this.#access;
  }

  /** The vnode of what was found as `name` in a directory: the same as before while somebody has it. */
  node(stats: BigIntStats, parent: HostDirectory, name: string): HostNode {
    const key = keyOf(stats.dev, stats.ino);
    const known = this.#nodes.get(key)?.deref();
    let node: HostNode;
    if (known && known.type === fileType(Number(stats.mode))) {
      node = known;
      if (node !== this.root && (node.parent !== parent || node.name !== name)) {
        node.parent = parent;
        node.name = name;
      }
      if (node.nameless) {
        node.nameless = false;
        this.access.forget(node);
      }
    } else {
      node = this.#make(stats, parent, name);
      this.#nodes.set(key, new WeakRef(node));
      this.#gone.register(node, key);
    }
    this.#found = { node, stats, at: steadyMilliseconds() };
    return node;
  }

  /** The attributes of what our own mount covers, if that is what a directory has by this name. */
  coveredStats(directory: HostDirectory, name: string): BigIntStats | undefined {
    const covered = this.#covered;
    const here = covered?.name === name && covered.directory.ino === directory.ino && covered.directory.dev === directory.device;
    return here ? fstatSync(covered.descriptor, { bigint: true }) : undefined;
  }

  /** Makes it reachable, by the descriptor that was opened before it was covered. */
  keepCovered(node: HostNode): void {
    if (this.#covered) (this.access as DescriptorAccess).adopt(node, this.#covered.descriptor);
  }

  #make(stats: BigIntStats, parent: HostDirectory, name: string): HostNode {
    switch (fileType(Number(stats.mode))) {
      case S_IFDIR:
        return new HostDirectory(this, stats, parent, name);
      case S_IFREG:
        return new HostRegular(this, stats, parent, name);
      case S_IFLNK:
        return new HostLink(this, stats, parent, name);
      default:
        return new HostSpecial(this, stats, parent, name);
    }
  }

  /** A file's attributes; right after a look-up those that it brought. */
  statsOf(node: HostNode): BigIntStats | Errno {
    const found = this.#found;
    if (found?.node === node) {
      this.#found = undefined;
      if (steadyMilliseconds() - found.at < FRESH_MS) return found.stats;
    }
    return this.access.stat(node);
  }

  /** Something is being changed: what was found last may be so no more. */
  touched(): void {
    this.#found = undefined;
    this.readAgain?.forget();
  }

  /** A file lost the name that we know, and `access.keep` keeps it for those who hold it. */
  lostName(node: HostNode): void {
    const stats = this.access.stat(node);
    if (typeof stats !== 'number' && stats.nlink > 0n && node.type !== S_IFDIR) {
      // It has other names, of which the next look-up tells one.
      node.nameless = true;
      if (node.holders === 0) this.access.forget(node);
      return;
    }
    node.nameless = true;
    const key = keyOf(node.device, node.ino);
    if (this.#nodes.get(key)?.deref() === node) this.#nodes.delete(key);
    if (node.holders === 0) this.access.forget(node);
  }

  statfs(into: StatFs, _caller: Caller, at?: Vnode): Errno | 0 {
    // Another file system may be mounted somewhere below. What a directory holds belongs to its own.
    const node = at as HostNode | undefined;
    const directory = node?.type === S_IFDIR ? node : node?.parent;
    const there = directory ? this.access.self(directory) : ENOENT;
    const path = isErrno(there) ? this.access.self(this.root) : there;
    if (isErrno(path)) return path;
    try {
      const stats = statfsSync(path);
      into.type = stats.type;
      into.blockSize = into.fragmentSize = stats.bsize;
      into.blocks = stats.blocks;
      into.blocksFree = stats.bfree;
      into.blocksAvailable = stats.bavail;
      into.files = stats.files;
      into.filesFree = stats.ffree;
      into.nameLength = 255;
      return 0;
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  dispose(): void {
    this.access.close();
    this.systemCalls?.release();
  }
}

/** A mount point, held from before something was mounted there. */
interface Covered {
  /** The directory that it is in. */
  readonly directory: BigIntStats;
  readonly name: string;
  readonly descriptor: number;
}

/** Holds a mount point if it is below a directory. */
function coveredBy(mountPoint: string, directory: string): Covered | undefined {
  if (!mountPoint.startsWith(directory === '/' ? '/' : `${directory}/`)) return undefined;
  const name = Buffer.from(basename(mountPoint)).toString('latin1');
  return { directory: lstatSync(dirname(mountPoint), { bigint: true }), name, descriptor: openPlace(mountPoint) };
}

function keyOf(device: bigint, ino: bigint): string {
  return `${device}:${ino}`;
}
