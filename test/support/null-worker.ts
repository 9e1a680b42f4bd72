/** The serving thread of a mount whose tree is a part of a tmpfs, shown by a nullfs: on the command line a nullfs shows the host. */

import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { NullFs } from '../../fs/layers/null/null.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import * as operations from '../../fs/operations.ts';
import { serveThread } from '../../mounts/cli/serving-thread.ts';
import { storedTree } from '../../mounts/cli/trees/stored.ts';
import { HOST_ROOTS } from './fuse-tree.ts';

await serveThread(async () => {
  const part = operations.mkdir(new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 }).root, 'part', 0o755, SUPERUSER);
  if (isErrno(part)) throw new Error(`mkdir: ${part}`);
  return storedTree(new NullFs(part), HOST_ROOTS);
});
