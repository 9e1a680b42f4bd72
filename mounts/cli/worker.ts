/** The serving thread of a FUSE mount: builds its tree and answers the kernel until the mount is gone. */

import { serveThread } from './serving-thread.ts';
import { buildTree } from './trees.ts';

await serveThread(buildTree);
