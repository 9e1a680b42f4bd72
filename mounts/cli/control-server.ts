/** The control socket of a server. */

import { writeFileSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import type { ControlAnswer, ControlRequest } from './control.ts';
import { explain } from './explain.ts';
import { Failure } from './failure.ts';
import { removeDeadSocket } from './dead-sockets.ts';
import { makeRuntimeDirectory, removeServerFiles, serverName, socketPath } from './runtime-directory.ts';

/** How long a request may be, in characters; and how many servers may have one mount point, in as many namespaces. */
const REQUEST_MAX = 65536;
const NAMESAKES = 1000;
/** How long an end waits for answers to be fetched, in milliseconds. */
const FAREWELL_MS = 1000;

/** Answers a request; may throw what `explain` explains. */
export type ControlHandler = (request: ControlRequest) => Promise<ControlAnswer>;

export class ControlServer {
  readonly path: string;
  readonly #server: Server;
  readonly #conversations: Set<Socket>;

  private constructor(path: string, server: Server, conversations: Set<Socket>) {
    this.path = path;
    this.#server = server;
    this.#conversations = conversations;
    // However the process ends, if it ends by itself.
    process.on('exit', this.#removeFiles);
  }

  readonly #removeFiles = (): void => removeServerFiles(this.path);

  /**
   * Opens the socket of a server for the mount point. It is taken before the mount is made, so that of two servers that
   * start at once the second finds the first. `taken` may throw to end the search when it meets a living namesake.
   */
  static async open(
    target: string,
    handler: ControlHandler,
    taken: (socket: string) => Promise<void>,
  ): Promise<ControlServer> {
    const directory = makeRuntimeDirectory();
    const name = serverName(target);
    const conversations = new Set<Socket>();
    for (let number = 1; number < NAMESAKES; number++) {
      const path = socketPath(directory, number === 1 ? name : `${name}.${number}`);
      const server = createServer((socket) => {
        conversations.add(socket);
        socket.once('close', () => conversations.delete(socket));
        converse(socket, handler);
      });
      if (!(await listen(server, path))) {
        if ((await removeDeadSocket(path)) === 'living' || !(await listen(server, path))) {
          await taken(path);
          continue;
        }
      }
      server.unref();
      writeFileSync(path.replace(/\.sock$/, '.pid'), `${process.pid}\n`, { mode: 0o600 });
      return new ControlServer(path, server, conversations);
    }
    throw new Failure(directory, 'too many servers');
  }

  /** Closes the socket; returns when those who asked have their answers. */
  async close(): Promise<void> {
    this.#removeFiles();
    process.off('exit', this.#removeFiles);
    this.#server.close();
    const answered = [...this.#conversations].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, FAREWELL_MS)));
    await Promise.race([Promise.all(answered), late]);
    clearTimeout(timer);
  }
}

/** Returns false when the path is in use. */
function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    // The socket is made by this call, and with this mask nobody else can ever connect.
    const mask = process.umask(0o177);
    server.listen(path, () => resolve(true));
    process.umask(mask);
  });
}

function converse(socket: Socket, handler: ControlHandler): void {
  let text = '';
  let asked = false;
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (asked || (end < 0 && text.length <= REQUEST_MAX)) return;
    asked = true;
    void answer(text.slice(0, Math.max(0, end)), handler).then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
  });
}

async function answer(line: string, handler: ControlHandler): Promise<ControlAnswer> {
  let request: ControlRequest;
  try {
    request = JSON.parse(line) as ControlRequest;
  } catch {
    return { ok: false, what: 'control socket', why: 'the request is not a line of JSON' };
  }
  try {
    return await handler(request);
  } catch (error) {
    const { line: message } = explain(error);
    const at = message.indexOf(': ');
    return { ok: false, what: message.slice(0, at), why: message.slice(at + 2) };
  }
}
