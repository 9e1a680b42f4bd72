/**
 * What a 9P2000.L server exports, as a file system of ours, so that the conformance suite can be run on it. For tests
 * alone: its calls wait for their answers.
 */

import type { Caller } from '../../fs/caller.ts';
import { EINVAL, type Errno, isErrno } from '../../fs/errno.ts';
import { modePermission } from '../../fs/permission.ts';
import { type FileType, S_IFDIR, Stat, type StatFs, deviceMajor, deviceMinor, fileType } from '../../fs/stat.ts';
import {
  type AttributeChange,
  type Caching,
  type Created,
  type DirectorySink,
  type ExtendedAttributes,
  type FileSystem,
  OpenFile,
  type Vnode,
} from '../../fs/vnode.ts';
import { fillStat, fillStatFs } from '../../mounts/9p-proxy/attributes.ts';
import * as p from '../../mounts/node-9p/protocol.ts';
import type { Qid } from '../../mounts/node-9p/qid.ts';
import { attributesOf, entriesOf, fieldsOfChange, fileSystemOf } from '../../mounts/node-9p/wire-attributes.ts';
import type { SynchronousClient } from './synchronous-client.ts';

const scratch = new Stat();

export class RemoteFileSystem implements FileSystem {
  readonly type = '9p';
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };
  readonly client: SynchronousClient;
  readonly root: RemoteNode;
  /** Whether to look at mode bits as the kernel's client does for access(2); or else the server decides alone. */
  checksModes = false;
  readonly #nodes = new Map<string, RemoteNode>();

  constructor(client: SynchronousClient) {
    this.client = client;
    const fid = client.newFid();
    const attached = client.call('Tattach', { fid, afid: p.NOFID, uname: 'root', aname: '', n_uname: 0 });
    if (isErrno(attached)) throw new Error(`attach: ${attached}`);
    this.root = this.node(fid, attached.qid);
  }

  /** The vnode of a file; `fid` stands for it from now on. */
  node(fid: number, { pathHigh, pathLow, type }: Qid): RemoteNode {
    const key = `${pathHigh}:${pathLow}:${type}`;
    const known = this.#nodes.get(key);
    if (known) {
      this.client.call('Tclunk', { fid: known.fid });
      known.fid = fid;
      return known;
    }
    const made = new RemoteNode(this, fid);
    this.#nodes.set(key, made);
    return made;
  }

  statfs(into: StatFs): Errno | 0 {
    const found = this.client.call('Tstatfs', { fid: this.root.fid });
    if (isErrno(found)) return found;
    into.type = found.type;
    fillStatFs(into, fileSystemOf(found));
    return 0;
  }
}

class RemoteNode implements Vnode {
  readonly fileSystem: RemoteFileSystem;
  readonly type: FileType;
  readonly xattr: ExtendedAttributes;
  fid: number;

  constructor(fileSystem: RemoteFileSystem, fid: number) {
    this.fileSystem = fileSystem;
    this.fid = fid;
    const error = this.stat(scratch);
    if (isErrno(error)) throw new Error(`a new node has no attributes: ${error}`);
    this.type = fileType(scratch.mode);
    this.xattr = remoteAttributes(this);
  }

  get client(): SynchronousClient {
    return this.fileSystem.client;
  }

  /** Another fid for the same file, or a file below. */
  walk(...wnames: string[]): { fid: number; qid: Qid | undefined } | Errno {
    const newfid = this.client.newFid();
    const walked = this.client.call('Twalk', { fid: this.fid, newfid, wnames });
    return isErrno(walked) ? walked : { fid: newfid, qid: walked.wqids.at(-1) };
  }

  /** Does something with a fid for the same file, which is given up unless that succeeds and wants to keep it. */
  withFid<T>(action: (fid: number) => T | Errno, keep: boolean): T | Errno {
    const clone = this.walk();
    if (isErrno(clone)) return clone;
    const result = action(clone.fid);
    if (isErrno(result) || !keep) this.client.call('Tclunk', { fid: clone.fid });
    return result;
  }

  permission(mask: number, caller: Caller): Errno | 0 {
    if (!this.fileSystem.checksModes) return 0;
    const error = this.stat(scratch);
    return isErrno(error) ? error : modePermission(scratch.mode, scratch.uid, scratch.gid, mask, caller);
  }

  stat(into: Stat): Errno | 0 {
    const found = this.client.call('Tgetattr', { fid: this.fid, request_mask: p.GETATTR_BASIC });
    if (isErrno(found)) return found;
    fillStat(into, attributesOf(found), found.qid);
    return 0;
  }

  lookup(name: string): Vnode | Errno {
    const found = this.walk(name);
    if (isErrno(found)) return found;
    return this.fileSystem.node(found.fid, found.qid as Qid);
  }

  list(after: number, sink: DirectorySink): Errno | 0 {
    const { client } = this;
    return this.withFid<0>((fid) => {
      const opened = client.call('Tlopen', { fid, flags: p.O_RDONLY | p.O_DIRECTORY });
      if (isErrno(opened)) return opened;
      for (let offset = after; ; ) {
        // A few entries at a time, so that listings are resumed often.
        const part = client.call('Treaddir', { fid, offset, count: 600 });
        if (isErrno(part)) return part;
        if (part.data.length === 0) return 0;
        for (const { name, qid, type, cookie } of entriesOf(part.data, 'latin1')) {
          offset = Number(cookie);
          if (name !== '.' && name !== '..' && !sink.add(name, qid.path, (type << 12) as FileType, offset)) return 0;
        }
      }
    }, false);
  }

  readlink(): string | Errno {
    const answer = this.client.call('Treadlink', { fid: this.fid });
    return isErrno(answer) ? answer : answer.target;
  }

  open(flags: number): OpenFile | Errno {
    return this.withFid((fid) => {
      const opened = this.client.call('Tlopen', { fid, flags });
      return isErrno(opened) ? opened : new RemoteFile(this, flags, fid);
    }, true);
  }

  create(name: string, mode: number, flags: number, caller: Caller): Created | Errno {
    return this.withFid((fid) => {
      const made = this.client.call('Tlcreate', { fid, name, flags, mode, gid: caller.gid });
      if (isErrno(made)) return made;
      const vnode = this.lookup(name);
      if (isErrno(vnode)) return vnode;
      return { vnode, file: new RemoteFile(vnode as RemoteNode, flags, fid) };
    }, true);
  }

  mknod(name: string, mode: number, rdev: number, { gid }: Caller): Vnode | Errno {
    const [major, minor] = [deviceMajor(rdev), deviceMinor(rdev)];
    const made = this.client.call('Tmknod', { dfid: this.fid, name, mode, major, minor, gid });
    return isErrno(made) ? made : this.lookup(name);
  }

  mkdir(name: string, mode: number, { gid }: Caller): Vnode | Errno {
    const made = this.client.call('Tmkdir', { dfid: this.fid, name, mode, gid });
    return isErrno(made) ? made : this.lookup(name);
  }

  symlink(name: string, target: string, { gid }: Caller): Vnode | Errno {
    const made = this.client.call('Tsymlink', { fid: this.fid, name, symtgt: target, gid });
    return isErrno(made) ? made : this.lookup(name);
  }

  link(name: string, existing: Vnode): Errno | 0 {
    const answer = this.client.call('Tlink', { dfid: this.fid, fid: (existing as RemoteNode).fid, name });
    return isErrno(answer) ? answer : 0;
  }

  unlink(name: string): Errno | 0 {
    const answer = this.client.call('Tunlinkat', { dirfid: this.fid, name, flags: 0 });
    return isErrno(answer) ? answer : 0;
  }

  rmdir(name: string): Errno | 0 {
    const answer = this.client.call('Tunlinkat', { dirfid: this.fid, name, flags: p.AT_REMOVEDIR });
    return isErrno(answer) ? answer : 0;
  }

  rename(name: string, newParent: Vnode, newName: string, flags: number): Errno | 0 {
    if (flags) return EINVAL;
    const newdirfid = (newParent as RemoteNode).fid;
    const answer = this.client.call('Trenameat', { olddirfid: this.fid, oldname: name, newdirfid, newname: newName });
    return isErrno(answer) ? answer : 0;
  }

  setattr(change: AttributeChange): Errno | 0 {
    const { through, ...fields } = change;
    const fid = through ? (through as RemoteFile).fid : this.fid;
    const answer = this.client.call('Tsetattr', fieldsOfChange(fid, fields));
    return isErrno(answer) ? answer : 0;
  }
}

class RemoteFile extends OpenFile {
  readonly fid: number;
  readonly #node: RemoteNode;

  constructor(node: RemoteNode, flags: number, fid: number) {
    super(node, flags);
    this.#node = node;
    this.fid = fid;
  }

  override read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    if (this.#node.type === S_IFDIR) return EINVAL;
    let done = 0;
    while (done < length) {
      const count = Math.min(length - done, p.MAXIMUM_MSIZE - p.IO_HEADER_SIZE);
      const part = this.#node.client.call('Tread', { fid: this.fid, offset: at + done, count });
      if (isErrno(part)) return part;
      if (part.data.length === 0) break;
      into.set(part.data, start + done);
      done += part.data.length;
    }
    return done;
  }

  override write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    const data = from.subarray(start, start + Math.min(length, p.MAXIMUM_MSIZE - p.IO_HEADER_SIZE));
    const answer = this.#node.client.call('Twrite', { fid: this.fid, offset: at, data });
    return isErrno(answer) ? answer : answer.count;
  }

  override fsync(dataOnly: boolean): Errno | 0 {
    const answer = this.#node.client.call('Tfsync', { fid: this.fid, datasync: dataOnly ? 1 : 0 });
    return isErrno(answer) ? answer : 0;
  }

  protected override close(): void {
    this.#node.client.call('Tclunk', { fid: this.fid });
  }
}

function remoteAttributes(node: RemoteNode): ExtendedAttributes {
  const { client } = node;
  const read = (name: string): Buffer | Errno => {
    const newfid = client.newFid();
    const found = client.call('Txattrwalk', { fid: node.fid, newfid, name });
    if (isErrno(found)) return found;
    const value = client.call('Tread', { fid: newfid, offset: 0, count: Number(found.size) });
    client.call('Tclunk', { fid: newfid });
    return isErrno(value) ? value : Buffer.from(value.data);
  };
  const write = (name: string, data: Uint8Array, flags: number): Errno | 0 => {
    const clone = node.walk();
    if (isErrno(clone)) return clone;
    const { fid } = clone;
    const made = client.call('Txattrcreate', { fid, name, attr_size: data.length, flags });
    const written = isErrno(made) || data.length === 0 ? made : client.call('Twrite', { fid, offset: 0, data });
    const done = client.call('Tclunk', { fid });
    if (isErrno(written)) return written;
    return isErrno(done) ? done : 0;
  };
  return {
    get: read,
    set: write,
    list(): readonly string[] | Errno {
      const names = read('');
      return isErrno(names) ? names : names.toString('latin1').split('\0').filter((name) => name !== '');
    },
    remove: (name) => write(name, Buffer.alloc(0), p.XATTR_REPLACE),
  };
}
