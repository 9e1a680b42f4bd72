/** A tree of kernel objects that is described rather than found: what a simulated machine, a recording or a test has as /sys. */

import { EACCES, EINVAL, EIO, ENOENT, ENOTDIR, type Errno, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG } from '../../../fs/stat.ts';
import type { SysfsEntry, SysfsName, SysfsReading, SysfsValue, SysfsView } from '../../model/sysfs.ts';
import type { SysfsRow } from '../../model/sysfs/row.ts';
import { SysfsMeanings, type SysfsPlace } from '../../model/sysfs/schema.ts';
import { parseStored } from './parse-stored.ts';

const PAGE = 4096;

/** An attribute that cannot be read, with the errno that reading it gives. */
export class Unreadable {
  readonly errno: Errno;

  constructor(errno: Errno) {
    this.errno = errno;
  }
}

/** An attribute whose value is found when it is read. It takes nothing that is written. */
export class Live {
  readonly read: () => SysfsValue;

  constructor(read: () => SysfsValue) {
    this.read = read;
  }
}

/** What an attribute is described as. */
export type Content = SysfsValue | Unreadable | Live;

/** Attributes by name, or by path below the object: `vendor`, `queue/rotational`. */
export type Contents = Readonly<Record<string, Content>>;

interface DirectoryNode {
  readonly type: typeof S_IFDIR;
  readonly mode: number;
  readonly children: Map<string, ObjectNode>;
}

interface LinkNode {
  readonly type: typeof S_IFLNK;
  readonly target: string;
}

interface AttributeNode {
  readonly type: typeof S_IFREG;
  readonly row: SysfsRow;
  content: Content;
}

type ObjectNode = DirectoryNode | LinkNode | AttributeNode;

function directoryNode(mode: number): DirectoryNode {
  return { type: S_IFDIR, mode, children: new Map() };
}

/** Objects are added by path; the directories above them come by themselves. */
export class ObjectTree implements SysfsView {
  readonly #root = directoryNode(0o555);

  /** Makes a directory, unless it is there. */
  directory(path: string): void {
    this.#makeDirectory(path);
  }

  /** Makes a link to another path below /sys, which need not exist yet. */
  linkTo(path: string, target: string): void {
    this.#put(path, { type: S_IFLNK, target });
  }

  /** Gives an object its attributes. Throws for one that no table describes: there is no way to write it out. */
  attributes(place: SysfsPlace, contents: Contents): void {
    const found = new Map<string, SysfsMeanings>();
    for (const [below, content] of Object.entries(contents)) {
      const cut = below.lastIndexOf('/');
      const group = cut < 0 ? '' : below.slice(0, cut);
      let meanings = found.get(group);
      if (!meanings) found.set(group, (meanings = new SysfsMeanings(inGroup(place, group))));
      const row = meanings.row(below.slice(cut + 1));
      const path = place.path === '' ? below : `${place.path}/${below}`;
      if (!row) throw new Error(`${path}: no table describes it`);
      this.#put(path, { type: S_IFREG, row, content });
    }
  }

  /** Gives an attribute another content. Throws where there is none. */
  set(path: string, content: Content): void {
    const node = this.#find(path);
    if (node?.type !== S_IFREG) throw new Error(`${path}: no attribute`);
    node.content = content;
  }

  /** Every attribute with what it is and holds. */
  *contents(): Generator<{ readonly path: string; readonly row: SysfsRow; readonly content: Content }> {
    yield* contentsBelow(this.#root, '');
  }

  #put(path: string, node: ObjectNode): void {
    const cut = path.lastIndexOf('/');
    this.#makeDirectory(cut < 0 ? '' : path.slice(0, cut)).children.set(path.slice(cut + 1), node);
  }

  #makeDirectory(path: string): DirectoryNode {
    let at = this.#root;
    for (const name of path === '' ? [] : path.split('/')) {
      let next = at.children.get(name);
      if (!next) at.children.set(name, (next = directoryNode(0o755)));
      if (next.type !== S_IFDIR) throw new Error(`${path}: ${name} is no directory`);
      at = next;
    }
    return at;
  }

  #find(path: string): ObjectNode | undefined {
    let at: ObjectNode = this.#root;
    for (const name of path === '' ? [] : path.split('/')) {
      const next: ObjectNode | undefined = at.type === S_IFDIR ? at.children.get(name) : undefined;
      if (!next) return undefined;
      at = next;
    }
    return at;
  }

  list(directory: string): readonly SysfsName[] | Errno {
    const node = this.#find(directory);
    if (node?.type !== S_IFDIR) return node ? ENOTDIR : ENOENT;
    return [...node.children].map(([name, { type }]) => ({ name, type }));
  }

  entry(path: string): SysfsEntry | undefined {
    const node = this.#find(path);
    if (!node) return undefined;
    const { type } = node;
    if (type === S_IFLNK) return { type, mode: 0o777, uid: 0, gid: 0, links: 1, size: 0 };
    if (type === S_IFREG) return { type, mode: node.row.mode, uid: 0, gid: 0, links: 1, size: sizeOf(node), row: node.row };
    let links = 2;
    for (const child of node.children.values()) if (child.type === S_IFDIR) links++;
    return { type, mode: node.mode, uid: 0, gid: 0, links, size: 0 };
  }

  link(path: string): string | Errno {
    const node = this.#find(path);
    return node?.type === S_IFLNK ? node.target : node ? EINVAL : ENOENT;
  }

  read(path: string): SysfsReading | Errno {
    const node = this.#find(path);
    if (node?.type !== S_IFREG) return ENOENT;
    const { content } = node;
    if (content instanceof Unreadable) return content.errno;
    return { value: content instanceof Live ? content.read() : content };
  }

  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno {
    const reading = this.read(path);
    if (isErrno(reading)) return reading;
    const { value } = reading;
    if (!(value instanceof Uint8Array)) return EIO;
    const piece = value.subarray(at, at + length);
    into.set(piece, start);
    return piece.length;
  }

  write(path: string, bytes: Uint8Array): number | Errno {
    const node = this.#find(path);
    if (node?.type !== S_IFREG) return ENOENT;
    if (!(node.row.mode & 0o222)) return EACCES;
    if (node.content instanceof Unreadable || node.content instanceof Live) return EIO;
    const stored = parseStored(node.row, bytes, node.content);
    if (stored === undefined) return EINVAL;
    node.content = stored.value;
    return bytes.length;
  }
}

/** The place of a directory below an object. */
function inGroup(place: SysfsPlace, group: string): SysfsPlace {
  if (group === '') return place;
  const path = place.path === '' ? group : `${place.path}/${group}`;
  if (place.subsystem === undefined) return { path };
  return { path, subsystem: place.subsystem, group: place.group ? `${place.group}/${group}` : group };
}

/** Attributes have the size of a page, binary ones that of their content. */
function sizeOf({ row, content }: AttributeNode): number {
  return row.kind === 'binary' && content instanceof Uint8Array ? content.length : row.kind === 'binary' ? 0 : PAGE;
}

function* contentsBelow(node: DirectoryNode, path: string): Generator<{ path: string; row: SysfsRow; content: Content }> {
  for (const [name, child] of node.children) {
    const below = path === '' ? name : `${path}/${name}`;
    if (child.type === S_IFDIR) yield* contentsBelow(child, below);
    else if (child.type === S_IFREG) yield { path: below, row: child.row, content: child.content };
  }
}
