/** A file of a server's, by its fid; what differs between the versions of the protocol is hidden here. */

import {
  type AttributeChange,
  type Attributes,
  type DirectoryEntry,
  type FileSystemAttributes,
  deviceMajor,
  deviceMinor,
} from './attributes.ts';
import { Reader } from './bytes.ts';
import type { CallOptions, Client, ReplyName, RequestName } from './client.ts';
import { readStat, statFits } from './codec.ts';
import { EINVAL, EISDIR, ENOENT, ENOTDIR, EOPNOTSUPP, EPROTO, EXDEV, RemoteError } from './errors.ts';
import type { Fields } from './layout.ts';
import type { Lock } from './operations.ts';
import * as p from './protocol.ts';
import type { Qid } from './qid.ts';
import { fromRecord, recordMode, recordOfChange, unchangedRecord, unixMode } from './stat-conversion.ts';
import type { StatRecord } from './stat-record.ts';
import type { U64 } from './u64.ts';
import { type ListedEntry, attributesOf, entriesOf, fieldsOfChange, fileSystemOf } from './wire-attributes.ts';

/** Who a new file's group is left to. */
const NO_GROUP = 0xffff_ffff;

export class RemoteFile {
  readonly client: Client;
  readonly fid: number;
  qid: Qid;
  /** How much one read or write transfers; known once the file is open. */
  ioUnit: number;
  /** The fid was given back. */
  #gone = false;
  readonly #options: CallOptions;

  constructor(client: Client, fid: number, qid: Qid, options: CallOptions = {}) {
    this.client = client;
    this.fid = fid;
    this.qid = qid;
    this.ioUnit = client.ioUnit;
    this.#options = options;
  }

  /**
   * The same file by the same fid, for requests that a signal gives up; without one, for requests that none does. What is
   * found through it is not bound to the signal.
   */
  during(signal: AbortSignal | undefined): RemoteFile {
    const file = new RemoteFile(this.client, this.fid, this.qid, signal && { signal });
    file.ioUnit = this.ioUnit;
    return file;
  }

  #call<N extends RequestName>(name: N, fields: Fields<N>): Promise<Fields<ReplyName<N>>> {
    return this.client.call(name, fields, this.#options);
  }

  get isDirectory(): boolean {
    return (this.qid.type & p.QTDIR) !== 0;
  }

  get #linux(): boolean {
    return this.client.dialect === '9P2000.L';
  }

  get #extended(): boolean {
    return this.client.dialect !== '9P2000';
  }

  // Walking.

  /**
   * Finds a file by a path below this one, or by its components; an empty one gives another fid of the same file.
   * Rejects with ENOENT and the server's errors.
   */
  async walk(path: string | readonly string[]): Promise<RemoteFile> {
    const names = typeof path === 'string' ? path.split('/').filter((name) => name !== '' && name !== '.') : path;
    const { client } = this;
    const newfid = client.newFid();
    let from = this.fid;
    let { qid } = this;
    try {
      for (let at = 0; at === 0 || at < names.length; at += p.MAXWELEM) {
        const wnames = names.slice(at, at + p.MAXWELEM);
        const { wqids } = await this.#call('Twalk', { fid: from, newfid, wnames });
        if (wqids.length < wnames.length) throw new RemoteError(ENOENT);
        qid = wqids.at(-1) ?? qid;
        from = newfid;
      }
    } catch (error) {
      if (from === newfid) client.dropFid(newfid);
      else client.freeFid(newfid);
      throw error;
    }
    return new RemoteFile(client, newfid, qid);
  }

  /** Another fid of the same file. */
  clone(): Promise<RemoteFile> {
    return this.walk([]);
  }

  /** Runs something with a file below this one, whose fid is then given back. */
  async #with<T>(path: string | readonly string[], action: (file: RemoteFile) => Promise<T>): Promise<T> {
    return (await this.walk(path)).#finish(action, this.#options);
  }

  /** Runs something with this file, whose fid is then given back: after a failure nobody waits for that. */
  async #finish<T>(action: (file: this) => Promise<T>, options: CallOptions): Promise<T> {
    let result: T;
    try {
      result = await action(this);
    } catch (error) {
      this.drop();
      throw error;
    }
    await this.clunk(options).catch(() => {});
    return result;
  }

  /** Gives the fid back. Every other use of the file is over. */
  async clunk(options: CallOptions = {}): Promise<void> {
    if (!this.#gone) await this.#end('Tclunk', options);
  }

  async #end(name: 'Tclunk' | 'Tremove', options: CallOptions): Promise<void> {
    this.#gone = true;
    try {
      await this.client.call(name, { fid: this.fid }, options);
    } finally {
      // The server may still have the fid of a request that was given up.
      if (!options.signal?.aborted) this.client.freeFid(this.fid);
    }
  }

  /** Likewise, for those who do not wait for it. */
  drop(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.client.dropFid(this.fid);
  }

  // Contents.

  /** Opens the file; `flags` are O_*. */
  async open(flags: number): Promise<this> {
    const { fid } = this;
    const answer = this.#linux
      ? await this.#call('Tlopen', { fid, flags })
      : await this.#call('Topen', { fid, mode: legacyMode(flags) });
    this.#opened(answer);
    return this;
  }

  /** Makes a regular file in this directory and opens it; this fid then stands for the new file. */
  async create(name: string, flags: number, mode: number, gid: number = NO_GROUP): Promise<this> {
    const { fid } = this;
    const answer = this.#linux
      ? await this.#call('Tlcreate', { fid, name, flags, mode, gid })
      : await this.#call('Tcreate', {
          fid,
          name,
          perm: recordMode(mode, this.#extended),
          mode: legacyMode(flags),
          extension: '',
        });
    this.#opened(answer);
    return this;
  }

  #opened({ qid, iounit }: { readonly qid: Qid; readonly iounit: number }): void {
    this.qid = qid;
    this.ioUnit = iounit > 0 ? Math.min(iounit, this.client.ioUnit) : this.client.ioUnit;
  }

  /** Reads once, at most what one message holds. The end of the file gives no bytes. */
  async read(offset: U64, count: number, options: CallOptions = this.#options): Promise<Buffer> {
    const fields = { fid: this.fid, offset, count: Math.min(count, this.ioUnit) };
    return (await this.client.call('Tread', fields, options)).data as Buffer;
  }

  /** Reads to the end. */
  async readAll(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let offset = 0;
    for (;;) {
      const piece = await this.read(offset, this.ioUnit);
      if (piece.length === 0) return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      pieces.push(piece);
      offset += piece.length;
    }
  }

  /** Writes all of the data, which must stay as they are until then. Returns how much was taken. */
  async write(offset: number, data: Uint8Array, options: CallOptions = this.#options): Promise<number> {
    let done = 0;
    do {
      const part = data.subarray(done, done + this.ioUnit);
      const { count } = await this.client.write(this.fid, offset + done, part, options);
      done += count;
      if (count < part.length) break;
    } while (done < data.length);
    return done;
  }

  async fsync(dataOnly = false): Promise<void> {
    if (this.#linux) await this.#call('Tfsync', { fid: this.fid, datasync: dataOnly ? 1 : 0 });
    else await this.#call('Twstat', { fid: this.fid, stat: unchangedRecord() });
  }

  /** The content of a file below this one. */
  readFile(path: string): Promise<Buffer> {
    return this.#with(path, async (file) => (await file.open(p.O_RDONLY)).readAll());
  }

  /** Lists this directory, which must be open for reading; `.` and `..` are left out. */
  async *entries(): AsyncGenerator<DirectoryEntry> {
    let offset: U64 = 0;
    for (;;) {
      const { entries, next } = await this.readEntries(offset);
      if (next === offset) return;
      offset = next;
      for (const { name, qid, type } of entries) if (name !== '.' && name !== '..') yield { name, qid, type };
    }
  }

  /**
   * Reads one message's worth of this directory's entries from an offset: 0, or a cookie. Where `next` is the offset
   * itself, there are no more. Only 9P2000.L has a cookie for each entry, and entries `.` and `..`.
   */
  async readEntries(offset: U64): Promise<{ readonly entries: readonly ListedEntry[]; readonly next: U64 }> {
    const fields = { fid: this.fid, offset, count: this.ioUnit };
    const piece = (await (this.#linux ? this.#call('Treaddir', fields) : this.#call('Tread', fields))).data as Buffer;
    if (!this.#linux) {
      const next = Number(offset) + piece.length;
      const entries = this.#records(piece).map(({ name, qid, mode, extension }) => {
        return { name, qid, type: unixMode(mode, this.#extended, extension) >> 12, cookie: next };
      });
      return { entries, next };
    }
    const entries = entriesOf(piece, this.client.encoding);
    return { entries, next: entries.at(-1)?.cookie ?? offset };
  }

  #records(bytes: Buffer): StatRecord[] {
    const reader = new Reader(this.client.encoding).begin(bytes, 0);
    const records: StatRecord[] = [];
    while (reader.at < bytes.length) {
      const end = reader.at + 2 + (reader.at + 2 <= bytes.length ? bytes.readUInt16LE(reader.at) : 0);
      if (!statFits(this.#extended, bytes, reader.at, Math.min(end, bytes.length))) throw new RemoteError(EPROTO);
      records.push(readStat(reader, this.#extended));
    }
    return records;
  }

  /** The names in a directory below this one. */
  list(path: string | readonly string[] = []): Promise<DirectoryEntry[]> {
    return this.#with(path, async (directory) => {
      await directory.open(p.O_RDONLY | p.O_DIRECTORY);
      const all: DirectoryEntry[] = [];
      for await (const entry of directory.entries()) all.push(entry);
      return all;
    });
  }

  // Attributes.

  async getattr(mask: number = p.GETATTR_ALL): Promise<Attributes> {
    const { client, fid } = this;
    if (!this.#linux) {
      const { stat } = await this.#call('Tstat', { fid });
      this.qid = stat.qid;
      return fromRecord(stat, this.#extended, client.names);
    }
    const answer = await this.#call('Tgetattr', { fid, request_mask: mask });
    this.qid = answer.qid;
    return attributesOf(answer);
  }

  async setattr(change: AttributeChange): Promise<void> {
    const { client, fid } = this;
    if (!this.#linux) {
      await this.#call('Twstat', {
        fid,
        stat: recordOfChange(change, this.isDirectory, this.#extended, client.names),
      });
      return;
    }
    await this.#call('Tsetattr', fieldsOfChange(fid, change));
  }

  /** Only 9P2000.L tells it. */
  async statfs(): Promise<FileSystemAttributes> {
    this.#need('9P2000.L');
    return fileSystemOf(await this.#call('Tstatfs', { fid: this.fid }));
  }

  /** Rejects with EOPNOTSUPP unless the version knows what is asked for. */
  #need(least: '9P2000.u' | '9P2000.L'): void {
    if (!(least === '9P2000.L' ? this.#linux : this.#extended)) throw new RemoteError(EOPNOTSUPP);
  }

  // Names.

  async readlink(): Promise<string> {
    this.#need('9P2000.u');
    const { fid } = this;
    if (this.#linux) return (await this.#call('Treadlink', { fid })).target;
    const { stat } = await this.#call('Tstat', { fid });
    if (!(stat.mode & p.DMSYMLINK)) throw new RemoteError(EINVAL);
    return stat.extension;
  }

  async mkdir(name: string, mode: number, gid: number = NO_GROUP): Promise<void> {
    if (this.#linux) await this.#call('Tmkdir', { dfid: this.fid, name, mode, gid });
    else await this.#createSpecial(name, p.DMDIR | recordMode(mode & 0o7777, this.#extended), '');
  }

  async symlink(name: string, target: string, gid: number = NO_GROUP): Promise<void> {
    this.#need('9P2000.u');
    if (this.#linux) await this.#call('Tsymlink', { fid: this.fid, name, symtgt: target, gid });
    else await this.#createSpecial(name, p.DMSYMLINK | 0o777, target);
  }

  /** `mode` has the type bits, and `device` is as in `Attributes.rdev`. */
  async mknod(name: string, mode: number, device: number, gid: number = NO_GROUP): Promise<void> {
    this.#need('9P2000.u');
    const [major, minor] = [deviceMajor(device), deviceMinor(device)];
    if (this.#linux) {
      await this.#call('Tmknod', { dfid: this.fid, name, mode, major, minor, gid });
      return;
    }
    const letter = (mode & p.S_IFMT) === p.S_IFBLK ? 'b' : 'c';
    const permissions = recordMode(mode, true);
    await this.#createSpecial(name, permissions, permissions & p.DMDEVICE ? `${letter} ${major} ${minor}` : '');
  }

  async link(name: string, existing: RemoteFile): Promise<void> {
    this.#need('9P2000.u');
    if (this.#linux) await this.#call('Tlink', { dfid: this.fid, fid: existing.fid, name });
    else await this.#createSpecial(name, p.DMLINK, String(existing.fid));
  }

  async #createSpecial(name: string, permissions: number, extension: string): Promise<void> {
    const fields = { name, perm: permissions >>> 0, mode: p.OREAD, extension };
    await this.#with([], ({ fid }) => this.#call('Tcreate', { fid, ...fields }));
  }

  /** Moves a name of this directory. Between directories only 9P2000.L does. */
  async rename(name: string, newDirectory: RemoteFile, newName: string): Promise<void> {
    if (this.#linux) {
      const fields = { olddirfid: this.fid, oldname: name, newdirfid: newDirectory.fid, newname: newName };
      const done = await this.#ifKnown('Trenameat', fields);
      if (!done) await this.#with([name], (file) => this.#call('Trename', { fid: file.fid, dfid: newDirectory.fid, name: newName }));
      return;
    }
    if (!newDirectory.qid.samePath(this.qid)) throw new RemoteError(EXDEV);
    await this.#with([name], (file) =>
      this.#call('Twstat', { fid: file.fid, stat: { ...unchangedRecord(), name: newName } }),
    );
  }

  /** Removes a name of this directory; `directory` says whether it has to be a directory's or must not be one. */
  async unlink(name: string, directory = false): Promise<void> {
    const fields = { dirfid: this.fid, name, flags: directory ? p.AT_REMOVEDIR : 0 };
    if (this.#linux && (await this.#ifKnown('Tunlinkat', fields))) return;
    const file = await this.walk([name]);
    if (file.isDirectory === directory) return file.remove(this.#options);
    file.drop();
    throw new RemoteError(directory ? ENOTDIR : EISDIR);
  }

  /** Makes a request that not every server of 9P2000.L knows. Resolves with false where this one does not. */
  async #ifKnown(name: 'Trenameat' | 'Tunlinkat', fields: Fields<'Trenameat'> | Fields<'Tunlinkat'>): Promise<boolean> {
    const { unknown } = this.client;
    if (unknown.has(name)) return false;
    try {
      await this.#call(name, fields as Fields<typeof name>);
      return true;
    } catch (error) {
      if (!(error instanceof RemoteError) || error.errno !== EOPNOTSUPP) throw error;
      unknown.add(name);
      return false;
    }
  }

  /** Removes the file itself, and gives its fid back whether or not that is possible. */
  remove(options: CallOptions = {}): Promise<void> {
    return this.#end('Tremove', options);
  }

  // Extended attributes and locks, which only 9P2000.L has.

  async getxattr(name: string): Promise<Buffer> {
    this.#need('9P2000.L');
    const { client } = this;
    const fid = client.newFid();
    let size: U64;
    try {
      ({ size } = await this.#call('Txattrwalk', { fid: this.fid, newfid: fid, name }));
    } catch (error) {
      client.freeFid(fid);
      throw error;
    }
    const file = new RemoteFile(client, fid, this.qid, this.#options);
    return file.#finish(async () => (size === 0 ? Buffer.alloc(0) : file.readAll()), this.#options);
  }

  async listxattr(): Promise<string[]> {
    const text = (await this.getxattr('')).toString(this.client.encoding);
    return text.split('\0').filter((name) => name !== '');
  }

  /** `flags` are XATTR_*. */
  async setxattr(name: string, value: Uint8Array, flags = 0): Promise<void> {
    this.#need('9P2000.L');
    const file = await this.clone();
    try {
      await this.#call('Txattrcreate', { fid: file.fid, name, attr_size: value.length, flags });
      if (value.length > 0) await file.write(0, value);
    } catch (error) {
      file.drop();
      throw error;
    }
    await file.clunk(this.#options);
  }

  /** Linux's way of saying it in 9P2000.L: nothing replaces what is there. */
  async removexattr(name: string): Promise<void> {
    await this.setxattr(name, Buffer.alloc(0), p.XATTR_REPLACE);
  }

  /** Takes a lock or gives it back; resolves with LOCK_*. */
  async lock(lock: Lock, options: CallOptions = this.#options): Promise<number> {
    this.#need('9P2000.L');
    const { type, start, length, processId, clientId } = lock;
    const flags = lock.blocking ? p.LOCK_FLAGS_BLOCK : 0;
    const fields = { fid: this.fid, type, flags, start, length, proc_id: processId, client_id: clientId };
    return (await this.client.call('Tlock', fields, options)).status;
  }

  /** Finds a lock that is in the way; its type is LOCK_TYPE_UNLCK if there is none. */
  async getlock({ type, start, length, processId, clientId }: Lock): Promise<Lock> {
    this.#need('9P2000.L');
    const answer = await this.#call('Tgetlock', {
      fid: this.fid,
      type,
      start,
      length,
      proc_id: processId,
      client_id: clientId,
    });
    return {
      type: answer.type,
      blocking: false,
      start: Number(answer.start),
      length: Number(answer.length),
      processId: answer.proc_id,
      clientId: answer.client_id,
    };
  }
}

/** The mode of Topen for Linux's flags. */
function legacyMode(flags: number): number {
  const access = flags & p.O_ACCMODE;
  const mode = access === p.O_WRONLY ? p.OWRITE : access === p.O_RDWR ? p.ORDWR : p.OREAD;
  return mode | (flags & p.O_TRUNC ? p.OTRUNC : 0) | (flags & p.O_APPEND ? p.OAPPEND : 0);
}
