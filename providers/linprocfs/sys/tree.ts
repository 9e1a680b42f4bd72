/** /proc/sys: the kernel parameters (fs/proc/proc_sysctl.c). */

import type { Caller } from '../../../fs/caller.ts';
import { EACCES, ENOENT, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { MAY_READ, MAY_WRITE } from '../../../fs/flags.ts';
import {
  type AddEntry,
  type ChangePolicy,
  type DirectorySpec,
  type DynamicEntries,
  type DynamicEntry,
  type FileSpec,
  type Subject,
  dir,
  entry,
  file,
} from '../../../fs/generated/spec.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { S_IFDIR, S_IFREG, type Stat } from '../../../fs/stat.ts';
import type { KernelSource, KernelView } from '../../kernel-view.ts';
import type { SysctlEntry, SysctlView } from '../../model/sysctl.ts';
import { MOUNT_POINTS, type SysctlMeaning, meaningOf } from '../../model/sysctl/schema.ts';
import { entryPermission, handlerPermission } from './access.ts';
import { meantValue, seenValue } from './group-ids.ts';
import { parseWritten } from './parse-write.ts';
import { renderValue } from './render.ts';

/**
 * How long a name stays valid, in milliseconds. What it leads to is looked at in every operation, so a name that
 * outlives its parameter, or that another network namespace lacks, leads to ENOENT.
 */
const ENTRY_MS = 1000;
/** Parameters that poll(2) tells changes of (struct ctl_table's poll). */
const POLLED: ReadonlySet<string> = new Set(['kernel/hostname', 'kernel/domainname']);

/** A parameter or directory in one operation. */
interface Place {
  readonly subject: SysctlSubject;
  readonly view: SysctlView;
  readonly caller: Caller;
}

/** A path of the tree, found anew for each operation. */
class SysctlSubject implements Subject<Place> {
  readonly path: string;
  readonly #source: KernelSource;
  readonly #children = new Map<string, SysctlSubject>();
  readonly #cookies = new Map<string, number>();
  readonly #names: string[] = [];
  #meaning: SysctlMeaning | undefined;
  #gone = false;
  /** Counts what was written through us: writing the same value is a change too. */
  writes = 0;

  constructor(source: KernelSource, path: string) {
    this.#source = source;
    this.path = path;
  }

  get meaning(): SysctlMeaning {
    return (this.#meaning ??= meaningOf(this.path));
  }

  context(caller: Caller): Place {
    return { subject: this, view: this.#source.view(caller).sysctl(), caller };
  }

  gone(): boolean {
    return this.#gone;
  }

  #pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`;
  }

  lookup(name: string, caller: Caller): DynamicEntry | undefined {
    const path = this.#pathOf(name);
    const known = this.#children.get(name);
    const found = this.#source.view(caller).sysctl().entry(path, caller);
    if (!found) {
      if (known) known.#gone = true;
      this.#children.delete(name);
      return undefined;
    }
    const subject = known ?? new SysctlSubject(this.#source, path);
    if (!known) this.#children.set(name, subject);
    if (!found.directory) return entry(POLLED.has(path) ? polledParameter : parameter, subject);
    return entry(MOUNT_POINTS.has(path) ? mountPoint : directory, subject);
  }

  list(after: number, caller: Caller, add: AddEntry): Errno | 0 {
    const names = this.#source.view(caller).sysctl().list(this.path, caller);
    if (isErrno(names)) return names;
    const last = after === 0 ? '' : (this.#names[after - 1] ?? '');
    for (const { name, directory } of names) {
      if (name > last && !add(name, this.#cookie(name), directory ? S_IFDIR : S_IFREG)) return 0;
    }
    return 0;
  }

  /** A number that stands for a name as long as the tree lives. */
  #cookie(name: string): number {
    let cookie = this.#cookies.get(name);
    if (cookie === undefined) {
      cookie = this.#names.push(name);
      this.#cookies.set(name, cookie);
    }
    return cookie;
  }
}

/** The entry that a place is about. Errors: ENOENT when it is gone. */
function entryOf({ subject, view, caller }: Place): SysctlEntry | Errno {
  return view.entry(subject.path, caller) ?? ENOENT;
}

function attributes(into: Stat, place: Place): Errno | 0 {
  const found = entryOf(place);
  if (isErrno(found)) return found;
  into.mode = (found.directory ? S_IFDIR : S_IFREG) | found.mode;
  into.uid = found.uid;
  into.gid = found.gid;
  into.nlink = 1;
  return 0;
}

/** Directories are 0555, and no capability changes that. */
function directoryPermission(mask: number): Errno | 0 {
  return mask & MAY_WRITE ? EACCES : 0;
}

/** Whether the caller may now, who may be another than the one that opened the file. Errors: EPERM. */
function accessPermission(mask: number, place: Place, found: SysctlEntry): Errno | 0 {
  const { meaning } = place.subject;
  if (entryPermission(mask, meaning, found, place.caller) !== 0) return EPERM;
  return handlerPermission(mask === MAY_WRITE, meaning, place.caller);
}

function fill(out: TextWriter, place: Place): Errno | 0 {
  const found = entryOf(place);
  if (isErrno(found)) return found;
  const allowed = accessPermission(MAY_READ, place, found);
  if (isErrno(allowed)) return allowed;
  const { subject, view, caller } = place;
  const value = view.read(subject.path, caller);
  return isErrno(value) ? value : renderValue(out, subject.meaning, seenValue(subject.meaning, value, caller));
}

function write(bytes: Uint8Array, at: number, place: Place): number | Errno {
  const found = entryOf(place);
  if (isErrno(found)) return found;
  const allowed = accessPermission(MAY_WRITE, place, found);
  if (isErrno(allowed)) return allowed;
  const { subject, view, caller } = place;
  const { path, meaning } = subject;
  const strict = at === 0 || writesAreStrict(view, caller);
  const written = parseWritten(meaning, bytes, at, strict, () => view.read(path, caller));
  if (isErrno(written)) return written;
  if (written.value !== undefined) {
    const value = meantValue(meaning, written.value, caller);
    const error = isErrno(value) ? value : view.write(path, value, caller);
    if (isErrno(error)) return error;
    subject.writes++;
  }
  return written.error ?? written.count;
}

/** kernel.sysctl_writes_strict, which is 1 unless somebody wants the old ways. */
function writesAreStrict(view: SysctlView, caller: Caller): boolean {
  const value = view.read('kernel/sysctl_writes_strict', caller);
  return isErrno(value) || !Array.isArray(value) || value[0] === 1;
}

/** What poll(2) watches: the value, and how often it was written. */
function version({ subject, view, caller }: Place): string {
  return `${subject.writes}:${String(view.read(subject.path, caller))}`;
}

const options = {
  attributes,
  permission(mask: number, place: Place): Errno | 0 {
    const found = entryOf(place);
    return isErrno(found) ? found : entryPermission(mask, place.subject.meaning, found, place.caller);
  },
  write,
};

// One declaration serves all parameters: what tells them apart is in the subject.
const parameter: FileSpec<Place> = file(0o644, fill, options);
const polledParameter: FileSpec<Place> = file(0o644, fill, { ...options, version });

const entries: DynamicEntries<Place> = {
  entryMilliseconds: () => ENTRY_MS,
  lookup: (name, place, caller) => place.subject.lookup(name, caller),
  list: (after, place, caller, add) => place.subject.list(after, caller, add),
};

const directory: DirectorySpec<Place> = dir(0o555, {}, { attributes, permission: directoryPermission, dynamic: entries });

/** An empty directory of its own kind, with the attributes of make_empty_dir_inode. */
const mountPoint: DirectorySpec<Place> = dir(
  0o555,
  {},
  {
    permission: directoryPermission,
    attributes(into) {
      into.nlink = 2;
      into.blksize = 4096;
    },
  },
);

/** Modes and owners never change; times and sizes are taken without effect (proc_sys_setattr). */
const changes: ChangePolicy = ({ mode, uid, gid }) =>
  mode === undefined && uid === undefined && gid === undefined ? 'ignored' : EPERM;

/** The directory. */
export function sys(source: KernelSource): DirectorySpec<KernelView> {
  const root = new SysctlSubject(source, '');
  return dir<KernelView>(
    0o555,
    {},
    {
      changes,
      permission: directoryPermission,
      attributes(into) {
        into.nlink = 1;
      },
      dynamic: {
        entryMilliseconds: () => ENTRY_MS,
        lookup: (name, _kernel, caller) => root.lookup(name, caller),
        list: (after, _kernel, caller, add) => root.list(after, caller, add),
      },
    },
  );
}
