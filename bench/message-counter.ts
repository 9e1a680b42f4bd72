/** Counts the messages between a 9P client and a server that it thinks it talks to. */

import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';
import { Framer } from '../mounts/node-9p/framer.ts';
import { messageName } from '../mounts/node-9p/layout.ts';
import { MAXIMUM_MSIZE } from '../mounts/node-9p/protocol.ts';

/** A port of this machine that leads to another one, with what went through it. */
export class MessageCounter {
  readonly #listener: Server;
  readonly #counts = new Map<string, number>();

  private constructor(target: number) {
    this.#listener = createServer({ noDelay: true }, (client) => {
      const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
      this.#relay(client, server);
      this.#relay(server, client);
    });
  }

  /** Begins to relay to a port. */
  static async to(target: number): Promise<MessageCounter> {
    const counter = new MessageCounter(target);
    await new Promise<void>((resolve) => counter.#listener.listen(0, '127.0.0.1', resolve));
    counter.#listener.unref();
    return counter;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** How many messages of each type there were since the last call, by their names. */
  take(): ReadonlyMap<string, number> {
    const counts = new Map(this.#counts);
    this.#counts.clear();
    return counts;
  }

  #relay(from: Socket, to: Socket): void {
    const framer = new Framer(MAXIMUM_MSIZE);
    from.on('data', (chunk: Buffer) => {
      to.write(chunk);
      framer.push(chunk);
      while (framer.next()) {
        const name = messageName(framer.bytes[framer.start + 4] as number) ?? 'unknown';
        this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
      }
    });
    from.on('error', () => {});
    from.on('close', () => to.destroy());
  }
}
