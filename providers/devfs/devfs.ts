/**
 * devfs: a Linux /dev. It is a tmpfs, as the kernel's devtmpfs is, in which nodes come and go with the devices, under the
 * rules of devfs(8). Clients may make whatever they like beside them; a node that a client removes stays away until it is
 * made again with mknod(2) or its device vanishes.
 */

import { SUPERUSER, type Caller } from '../../fs/caller.ts';
import { ENOENT, isErrno } from '../../fs/errno.ts';
import type { DeviceTable } from '../../fs/devices/device-table.ts';
import type { PseudoTerminals } from '../../fs/devices/terminal/pseudo-terminals.ts';
import type { TmpfsDirectory } from '../../fs/memory/directory.ts';
import { INODE_ROOM, type TmpfsNode } from '../../fs/memory/node.ts';
import { TmpfsLink } from '../../fs/memory/special.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, makeDevice } from '../../fs/stat.ts';
import type { Caching, Vnode } from '../../fs/vnode.ts';
import type { WaitQueue } from '../../fs/wait-queue.ts';
import type { KernelSource } from '../kernel-view.ts';
import { type Entries, type Entry, addCommon, addDevice, addLoadable, addModelled, addNumberLinks, markForeign, ruleType } from './entries.ts';
import { DescriptorDirectory, DeviceNode, DevfsDirectory } from './nodes.ts';
import type { Outcome, Rulesets } from './rules/rulesets.ts';

const PTS_MAJOR = 136;
/** The permissions of pts/N, as devpts has them where nothing is said. */
const PTS_MODE = 0o600;

/** How long the model is taken to have the same devices, in milliseconds. */
const FRESH_MS = 1000;

export interface DevfsOptions {
  /** The machine of those who look; absent where nobody knows it. */
  readonly source?: KernelSource;
  /** Where devices are looked for besides those of the drivers, where that is not the machine of those who look. */
  readonly model?: KernelSource;
  readonly changed: WaitQueue;
  readonly devices: DeviceTable;
  /** Whose terminals are in pts/. */
  readonly terminals: PseudoTerminals;
  /**
   * `nodes`: device nodes, which whoever opens them serves: a client's own kernel, or our drivers where our own VFS does.
   * `files`: regular files, so that a client's kernel leaves it to our drivers; only devices with a driver are there.
   */
  readonly form: 'nodes' | 'files';
  readonly rulesets: Rulesets;
  /** The number of the set that is applied to each node as it appears; 0 for none. */
  readonly ruleset: number;
  /** Room for what clients make: bytes in pages, and inodes. */
  readonly pages: number;
  readonly inodes: number;
}

/**
 * A name that is there by itself. `hidden` by a rule, `removed` by a client, `covered` by something that a client made;
 * its node lives on, with what was changed of it, but for that of one that was removed.
 */
interface Known {
  readonly path: string;
  entry: Entry;
  node: TmpfsNode | undefined;
  state: 'shown' | 'hidden' | 'removed' | 'covered';
}

export class Devfs extends Tmpfs {
  override readonly type: string = 'devfs';
  override readonly caching: Caching = {
    entryMilliseconds: 0,
    attributeMilliseconds: 0,
    data: 'checked',
    listAttributes: true,
  };
  /** Wakes those who wait for records of the log. */
  readonly changed: WaitQueue;
  readonly devices: DeviceTable;
  readonly form: DevfsOptions['form'];
  readonly rulesets: Rulesets;
  ruleset: number;
  readonly #source: KernelSource | undefined;
  readonly #model: KernelSource | undefined;
  readonly #terminals: PseudoTerminals;
  readonly #known = new Map<string, Known>();
  #generation = -1;
  #terminalsChanged = true;
  #freshUntil = 0;

  constructor({ source, model, changed, devices, terminals, form, rulesets, ruleset, pages, inodes }: DevfsOptions) {
    super({ pages, inodes, mode: 0o755, uid: 0, gid: 0 });
    this.#source = source;
    this.#model = model ?? source;
    this.changed = changed;
    this.devices = devices;
    this.#terminals = terminals;
    this.form = form;
    this.rulesets = rulesets;
    this.ruleset = ruleset;
    terminals.changed = () => void (this.#terminalsChanged = true);
    terminals.openPeer = (index, flags, caller) => {
      this.refresh(caller);
      const node = this.#known.get(`pts/${index}`)?.node;
      return node instanceof DeviceNode ? node.open(flags, caller) : ENOENT;
    };
  }

  override makeDirectory(mode: number, uid: number, gid: number, parent?: TmpfsDirectory): TmpfsDirectory {
    // Names below what clients make are none of ours, whatever path they have.
    return new DevfsDirectory(this, mode, uid, gid, parent, parent === undefined ? '' : '\0');
  }

  /** What clients make with mknod(2) is served as our own nodes are. */
  override makeSpecial(mode: number, rdev: number, uid: number, gid: number): TmpfsNode {
    const type = mode & S_IFMT;
    if (type !== S_IFCHR && type !== S_IFBLK) return super.makeSpecial(mode, rdev, uid, gid);
    return new DeviceNode(this, mode, rdev, uid, gid, 'made');
  }

  /** The descriptors that a caller has open; undefined where that is not known. */
  descriptorsOf(caller: Caller): readonly number[] | undefined {
    const id = caller.threadId;
    const task = id === undefined ? undefined : this.#source?.view(caller).task(id);
    const open = task?.files.descriptors(0);
    return open === undefined || isErrno(open) ? undefined : open;
  }

  // Coming and going.

  /** Sees to it that what is there is what there is. */
  refresh(caller: Caller = SUPERUSER): void {
    const now = performance.now();
    const stale = this.#model !== undefined && this.form === 'nodes' && now >= this.#freshUntil;
    if (!stale && !this.#terminalsChanged && this.#generation === this.devices.generation) return;
    this.#freshUntil = now + FRESH_MS;
    this.#terminalsChanged = false;
    this.#generation = this.devices.generation;
    const entries = this.#entries(caller);
    for (const known of [...this.#known.values()].reverse()) {
      const entry = entries.get(known.path);
      if (!entry || !isSame(entry, known.entry)) this.#forget(known);
    }
    for (const [path, entry] of entries) if (!this.#known.has(path)) this.#appear(path, entry);
  }

  #entries(caller: Caller): Entries {
    const entries: Entries = new Map();
    addCommon(entries);
    entries.set('fd', { kind: S_IFDIR, mode: 0o755 });
    for (const device of this.devices.all()) {
      if (this.form === 'nodes' || device.driver) addDevice(entries, device);
    }
    if (this.form === 'nodes' && this.#model) {
      addLoadable(entries);
      addModelled(entries, this.#model.view(caller).sysfs());
    }
    if (this.#model !== this.#source) markForeign(entries);
    for (const [index, { uid, gid }] of this.#terminals.entries) {
      entries.set(`pts/${index}`, { kind: S_IFCHR, mode: PTS_MODE, uid, gid, rdev: makeDevice(PTS_MAJOR, index) });
    }
    addNumberLinks(entries);
    return withParents(entries);
  }

  #appear(path: string, entry: Entry): void {
    const known: Known = { path, entry, node: undefined, state: 'hidden' };
    this.#known.set(path, known);
    const outcome = this.rulesets.apply(this.ruleset, subjectOf(known));
    this.#change(known, { hidden: false, ...outcome });
  }

  #forget(known: Known): void {
    this.#known.delete(known.path);
    if (known.state === 'shown') this.#parentOf(known.path)?.take(nameOf(known.path));
    if (known.node instanceof DevfsDirectory) known.node.nlink = 1;
    known.node?.unlinked();
  }

  /** The directory that a path is in. Every directory has been made before what is in it. */
  #parentOf(path: string): TmpfsDirectory | undefined {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return this.root;
    const node = this.#known.get(path.slice(0, slash))?.node;
    return node instanceof DevfsDirectory ? node : undefined;
  }

  #nodeOf(known: Known): TmpfsNode {
    if (known.node) return known.node;
    const { entry, path } = known;
    let node: TmpfsNode;
    if (entry.kind === S_IFLNK) node = new TmpfsLink(this, entry.target, 0, 0);
    else if (entry.kind === S_IFDIR) node = this.#directory(path, entry.mode);
    else node = new DeviceNode(this, entry.kind | entry.mode, entry.rdev, entry.uid, entry.gid, entry.foreign ? 'foreign' : 'own');
    // There is always room for what is there by itself.
    this.inodeRoom.give(-INODE_ROOM);
    return (known.node = node);
  }

  #directory(path: string, mode: number): TmpfsDirectory {
    const parent = this.#parentOf(path);
    if (path === 'fd') return new DescriptorDirectory(this, parent, path);
    return new DevfsDirectory(this, S_IFDIR | mode, 0, 0, parent, path);
  }

  /** Puts a node under its name, if the name is free. */
  #show(known: Known): void {
    const parent = this.#parentOf(known.path);
    if (!parent || known.state === 'shown') return;
    if (parent.peek(nameOf(known.path))) {
      known.state = 'covered';
      return;
    }
    parent.put(nameOf(known.path), this.#nodeOf(known));
    known.state = 'shown';
  }

  // What clients do.

  /** A client has removed or replaced a name: what was there by itself stays away, and what was covered comes back. */
  removedByClient(path: string): void {
    const known = this.#known.get(path);
    const present = known && this.#parentOf(path)?.peek(nameOf(path));
    if (known?.state === 'covered' && !present) {
      known.state = 'hidden';
      this.#show(known);
    } else if (known?.state === 'shown' && present !== known.node) {
      known.state = present ? 'covered' : 'removed';
      known.node = undefined;
    }
  }

  /** Brings a device back that a client has removed; undefined where there was none with that number. */
  revive(path: string, type: number, rdev: number): Vnode | undefined {
    const known = this.#known.get(path);
    if (known?.state !== 'removed' || known.entry.kind !== type || !('rdev' in known.entry) || known.entry.rdev !== rdev) return undefined;
    // A client's kernel takes no regular file for a device that it made.
    if (this.form === 'files') return undefined;
    this.#show(known);
    return known.node;
  }

  /** Has whoever waits for the log or at a terminal look again: time has passed. */
  wake(): void {
    this.changed.wakeAll();
    for (const { pair } of this.#terminals.entries.values()) pair.terminal.waiters.wakeAll();
  }

  // Rules.

  /** Applies a rule set to everything that is there by itself; `only` one of its rules. */
  applyRules(set: number, only?: number): void {
    this.refresh();
    for (const known of this.#known.values()) this.#change(known, this.rulesets.apply(set, subjectOf(known), only));
  }

  /** Applies whatever `outcomeOf` says of each. */
  applyEach(outcomeOf: (subject: ReturnType<typeof subjectOf>) => Outcome): void {
    this.refresh();
    for (const known of this.#known.values()) this.#change(known, outcomeOf(subjectOf(known)));
  }

  #change(known: Known, { hidden, mode, user, group }: Outcome): void {
    const node = known.state === 'removed' ? undefined : this.#nodeOf(known);
    if (mode !== undefined || user !== undefined || group !== undefined) {
      node?.setattr({ ...(mode !== undefined && { mode }), ...(user !== undefined && { uid: user }), ...(group !== undefined && { gid: group }) }, SUPERUSER);
    }
    if (hidden === true && known.state === 'shown') {
      this.#parentOf(known.path)?.take(nameOf(known.path));
      known.state = 'hidden';
    } else if (hidden === true && known.state === 'covered') {
      known.state = 'hidden';
    } else if (hidden === false && known.state === 'hidden') {
      this.#show(known);
    }
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function subjectOf({ path, entry }: Known): { path: string; type: ReturnType<typeof ruleType> } {
  return { path, type: ruleType(entry) };
}

function isSame(a: Entry, b: Entry): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === S_IFLNK) return a.target === (b as typeof a).target;
  return a.kind === S_IFDIR || a.rdev === (b as typeof a).rdev;
}

/** Entries in an order in which directories come before what is in them, with those that are missing. */
function withParents(entries: Entries): Entries {
  const ordered: Entries = new Map();
  for (const [path, entry] of entries) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const parent = path.slice(0, slash);
      if (!ordered.has(parent)) ordered.set(parent, entries.get(parent) ?? { kind: S_IFDIR, mode: 0o755 });
    }
    if (!ordered.has(path)) ordered.set(path, entry);
  }
  return ordered;
}
