/** A thread that serves trees of ours over 9P at an address, for tests whose own thread waits for what it serves. */

import { parentPort, workerData } from 'node:worker_threads';
import { buildTree, type TreeDescription } from '../../mounts/cli/trees.ts';
import { ExportServer } from '../../mounts/9p/export-server.ts';
import { Server } from '../../mounts/node-9p/server.ts';
import { formatAddress } from '../../mounts/node-9p/transports/address.ts';
import { listen } from '../../mounts/node-9p/transports/listen.ts';

const { address, trees } = workerData as { address: string; trees: Readonly<Record<string, TreeDescription>> };
const exports = await Promise.all(
  Object.entries(trees).map(async ([name, tree]) => ({ name, fileSystem: (await buildTree(tree)).fileSystem, readOnly: false })),
);
const files = new ExportServer(exports, { identify: ({ userId = 0 }) => ({ uid: userId, gid: userId, groups: [] }) });
const listener = await listen(new Server(files, { encoding: 'latin1' }), address);
const { address: actual } = listener;
parentPort?.postMessage(typeof actual === 'string' ? actual : formatAddress(actual));
