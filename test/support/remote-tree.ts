/** 9P servers for tests, and mounts of them over FUSE as the command line makes them. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DEFAULT_PROXY_OPTIONS, type ProxyOptions } from '../../mounts/9p-proxy/options.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { removeDirectory, temporaryDirectory } from './mounts.ts';

/** A server of ours in a thread of its own. */
export interface RemoteServer {
  readonly address: string;
  /** Ends it as by a crash. */
  kill(): Promise<void>;
}

/** Serves trees over 9P. */
export async function serveRemote(
  trees: Readonly<Record<string, TreeDescription>>,
  address = 'tcp!127.0.0.1!0',
): Promise<RemoteServer> {
  const worker = new Worker(new URL('./ninep-worker.js', import.meta.url), { workerData: { address, trees } });
  const actual = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  // It does not keep a test from ending.
  worker.unref();
  return { address: actual, kill: async () => void (await worker.terminate()) };
}

export interface RemoteMount {
  readonly mount: FuseMount;
  readonly path: string;
  readonly faults: readonly string[];
  readonly notices: readonly string[];
  end(): Promise<void>;
}

/** Mounts a server's tree for everybody. */
export async function mountRemote(address: string, options: Partial<ProxyOptions> = {}): Promise<RemoteMount> {
  const directory = temporaryDirectory();
  const path = join(directory, 'mount');
  mkdirSync(path);
  const [faults, notices]: [string[], string[]] = [[], []];
  const mount = await FuseMount.start({
    target: path,
    label: address,
    type: '9p',
    readOnly: false,
    allowOther: true,
    worker: new URL('../../mounts/cli/proxy-worker.js', import.meta.url),
    tree: { ...DEFAULT_PROXY_OPTIONS, address, ...options } satisfies ProxyOptions,
    flags: ['default_permissions'],
    onFault: (report) => faults.push(report),
    onNotice: (notice) => notices.push(notice),
  });
  return {
    mount,
    path,
    faults,
    notices,
    async end() {
      await mount.unmount();
      removeDirectory(directory);
    },
  };
}
