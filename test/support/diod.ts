/** diod, a 9P2000.L server in C, as the other side of our client and of a guest's kernel. */

import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

const PATIENCE_MS = 20_000;

/** A running diod. */
export interface Diod {
  readonly port: number;
  /** Its address as our commands take it. */
  readonly address: string;
  /** Ends it as by a crash. */
  kill(): Promise<void>;
}

export interface DiodOptions {
  /** Whether users come by numbers that nobody here needs to have; names are then no good. */
  readonly anyUser?: boolean;
}

/** Starts diod on a port of its own choice, exporting directories without asking who comes. */
export async function startDiod(directories: readonly string[], { anyUser = false }: DiodOptions = {}): Promise<Diod> {
  const port = await freePort();
  const exported = directories.flatMap((directory) => ['-e', directory]);
  const child = spawn('diod', ['-f', '-n', ...(anyUser ? ['-N'] : []), '-L', 'stderr', '-l', `127.0.0.1:${port}`, ...exported], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('latin1').on('data', (text: string) => (said += text));
  const end = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = (): void => void child.kill('SIGKILL');
  process.on('exit', stop);
  await reachable(port, child, () => said);
  // It does not keep a test from ending.
  child.unref();
  (child.stderr as Socket).unref();
  return {
    port,
    address: `tcp!127.0.0.1!${port}`,
    async kill() {
      child.ref();
      stop();
      await end;
      process.off('exit', stop);
    },
  };
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function reachable(port: number, child: ChildProcess, said: () => string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`diod ended (${child.exitCode}): ${said()}`);
    const connected = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`diod does not listen: ${said()}`);
}
