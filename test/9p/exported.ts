/** A file system under the conformance suite, used by a 9P client, for which every check is the server's. */

import type { Caller } from '../../fs/caller.ts';
import { CASES } from '../../fs/testing/conformance.ts';
import type { Identity } from '../../fs/testing/process.ts';
import type { Feature } from '../../fs/testing/trial.ts';
import { VfsProcess } from '../../fs/testing/vfs-process.ts';
import { Vfs } from '../../fs/vfs.ts';
import type { FileSystem } from '../../fs/vnode.ts';
import { ServedTree } from '../../mounts/9p/tree.ts';
import { VfsNode } from '../../mounts/9p/vfs-node.ts';
import { RemoteFileSystem } from './remote-file-system.ts';
import { SynchronousClient } from './synchronous-client.ts';

/** Who asks, who is somebody else from call to call. */
class Changing implements Caller {
  uid = 0;
  gid = 0;
  groups: readonly number[] = [];
  readonly threadId = undefined;
  readonly umask = 0;

  processId(): undefined {
    return undefined;
  }

  inGroup(gid: number): boolean {
    return gid === this.gid || this.groups.includes(gid);
  }

  capable(): boolean {
    return this.uid === 0;
  }
}

/** A process that is root to its own kernel, and itself to the server. */
class RemoteProcess extends VfsProcess {
  readonly #caller: Changing;
  readonly #remote: RemoteFileSystem;

  constructor(remote: RemoteFileSystem, caller: Changing) {
    super(new Vfs(remote));
    this.#remote = remote;
    this.#caller = caller;
  }

  override become(identity: Identity): void {
    super.become(identity);
    this.#caller.uid = identity.uid;
    this.#caller.gid = identity.gid;
    this.#caller.groups = identity.groups ?? [];
  }

  override access(path: string, mask: number): number {
    this.#remote.checksModes = true;
    const result = super.access(path, mask);
    this.#remote.checksModes = false;
    return result;
  }
}

/** A process in a file system that is exported. */
export function exported(fileSystem: FileSystem): RemoteProcess {
  const caller = new Changing();
  const tree = new ServedTree({ name: 'tree', fileSystem, readOnly: false }, 0, { count: 0 });
  const client = new SynchronousClient({ attach: () => VfsNode.of(fileSystem.root, { tree, caller }) });
  return new RemoteProcess(new RemoteFileSystem(client), caller);
}

/** Cases that no server decides: a client's kernel looks at whether `..` may be followed, and asks nobody. */
export const except: Readonly<Record<string, string>> = Object.fromEntries(
  CASES.filter(({ name }) => name.includes('.. in a directory without search permission')).map(({ name }) => [
    name,
    'it is for the client to say',
  ]),
);

/** What every file system can do by way of 9P. */
export const features: readonly Feature[] = ['writable', 'hardlinks', 'owners', 'resolve'];
