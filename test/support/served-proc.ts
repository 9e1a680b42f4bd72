/** A linprocfs mount in a temporary directory, served by a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import { removeDirectory, temporaryDirectory } from './mounts.ts';

const SERVER = fileURLToPath(new URL('./serve-proc.js', import.meta.url));

export class ServedProc {
  /** Where it is mounted. */
  readonly root: string;
  /** The id of the serving process. */
  readonly serverId: number;
  /** What the server complained about. */
  complaint = '';
  readonly #server: ChildProcess;

  private constructor(root: string, server: ChildProcess) {
    this.root = root;
    this.#server = server;
    this.serverId = server.pid as number;
    server.stderr?.on('data', (text: string) => (this.complaint += text));
  }

  /**
   * Mounts; rejects with what the server printed where that is not possible. The server can be told to live in the System V
   * IPC namespace of a process, and mount with options.
   */
  static async start(options: { readonly ipcOf?: number; readonly mount?: Partial<LinprocfsOptions> } = {}): Promise<ServedProc> {
    const root = temporaryDirectory();
    const command = [process.execPath, SERVER, root, JSON.stringify(options.mount ?? {}, (_name, value) => (value as unknown) ?? null)];
    if (options.ipcOf !== undefined) command.unshift('nsenter', `--ipc=/proc/${options.ipcOf}/ns/ipc`);
    const server = spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    server.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    for await (const line of createInterface({ input: server.stdout })) {
      if (line === 'ready') return new ServedProc(root, server);
    }
    removeDirectory(root);
    throw new Error(complaint || 'the server ended');
  }

  /** Whether the server still runs. */
  alive(): boolean {
    return this.#server.exitCode === null && this.#server.signalCode === null;
  }

  /** Unmounts and removes the directory. */
  async stop(): Promise<void> {
    const ended = this.alive() ? new Promise((resolve) => this.#server.once('exit', resolve)) : undefined;
    // The end of its input tells the server to unmount.
    this.#server.stdin?.end();
    await ended;
    removeDirectory(this.root);
  }
}
