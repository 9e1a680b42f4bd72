/** The kernel parameters of a Linux host, as each caller's namespaces have them. */

import type { Caller } from '../../../fs/caller.ts';
import { EIO, ENOENT, EPERM, type Errno, isErrno } from '../../../fs/errno.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import { S_IFDIR, S_IFMT } from '../../../fs/stat.ts';
import { renderValue } from '../../linprocfs/sys/render.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from '../../model/sysctl.ts';
import { MOUNT_POINTS, type SysctlMeaning, meaningOf, namespaceOfNames } from '../../model/sysctl/schema.ts';
import { ForeignNamespaces } from './foreign-namespaces.ts';
import type { HostSource } from './host-source.ts';
import { parseSysctl } from './parse-sysctl.ts';

/** How many meanings and entries are remembered before all are forgotten: interfaces come and go. */
const REMEMBERED = 16384;

/**
 * Below /proc/sys/net and for a few other parameters the kernel shows each reader its own namespace, and goes by who
 * reads, not by the path: so what a caller in another namespace sees has to be read from within (foreign-namespaces.ts).
 *
 * Differs: where that is not possible (no nsenter(1) or unshare(1), no privilege) such a caller sees our namespace and writes nothing.
 */
export class HostSysctl implements SysctlView {
  readonly #source: HostSource;
  readonly #foreign: ForeignNamespaces;
  readonly #meanings = new Map<string, SysctlMeaning>();
  readonly #entries = new Map<string, { epoch: number; entry: SysctlEntry | undefined }>();
  readonly #writer = new TextWriter(256);

  constructor(source: HostSource) {
    this.#source = source;
    this.#foreign = new ForeignNamespaces(source);
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    if (MOUNT_POINTS.has(directory)) return [];
    const space = namespaceOfNames(directory);
    const foreign = space && this.#foreign.of(space, caller)?.list(directory);
    return foreign ?? this.#source.files.listTypes(`sys/${directory}`);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    // A name in `net` is listed by `net`, and so on: the directory that holds it decides.
    const space = namespaceOfNames(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const foreign = space && this.#foreign.of(space, caller);
    if (foreign) return foreign.entry(path);
    const { epoch } = this.#source;
    const known = this.#entries.get(path);
    if (known && known.epoch === epoch) return known.entry;
    const entry = this.#stat(path);
    if (this.#entries.size > REMEMBERED) this.#entries.clear();
    this.#entries.set(path, { epoch, entry });
    return entry;
  }

  #stat(path: string): SysctlEntry | undefined {
    // What is mounted there is another file system's, and looking may wake an automounter.
    if (MOUNT_POINTS.has(path)) return { directory: true, mode: 0o555, uid: 0, gid: 0 };
    const stats = this.#source.files.stat(`sys/${path}`);
    return stats && { directory: (stats.mode & S_IFMT) === S_IFDIR, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
  }

  #meaningOf(path: string): SysctlMeaning {
    let meaning = this.#meanings.get(path);
    if (!meaning) {
      if (this.#meanings.size > REMEMBERED) this.#meanings.clear();
      this.#meanings.set(path, (meaning = meaningOf(path)));
    }
    return meaning;
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    const meaning = this.#meaningOf(path);
    const { files, scanner } = this.#source;
    const foreign = meaning.namespace && this.#foreign.of(meaning.namespace, caller);
    if (foreign) {
      const text = foreign.text(path);
      if (text === undefined) return foreign.entry(path) ? EIO : ENOENT;
      const bytes = Buffer.from(text, 'latin1');
      return parseSysctl(meaning, scanner.reset(bytes));
    }
    const length = files.readGenerated(`sys/${path}`);
    return isErrno(length) ? length : parseSysctl(meaning, scanner.reset(files.bytes, length));
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    const meaning = this.#meaningOf(path);
    const writer = this.#writer;
    writer.reset();
    const error = renderValue(writer, meaning, value);
    if (isErrno(error)) return error;
    const bytes = writer.bytes.subarray(0, writer.length);
    const space = meaning.namespace;
    const result =
      space && this.#foreign.isForeign(space, caller)
        ? (this.#foreign.of(space, caller)?.write(path, bytes, caller.threadId as number) ?? EPERM)
        : this.#writeOurs(path, meaning, bytes);
    this.#source.invalidate();
    this.#foreign.forget();
    return result;
  }

  /** A large bitmap may need several writes; of numbers the kernel takes what it has room for, and a rest is no value. */
  #writeOurs(path: string, meaning: SysctlMeaning, bytes: Buffer): Errno | 0 {
    const { files } = this.#source;
    if (meaning.kind === 'ranges') return files.writeWhole(`sys/${path}`, bytes);
    const count = files.write(`sys/${path}`, bytes);
    return isErrno(count) ? count : 0;
  }
}
