/** The sockets of a simulated machine's processes: listeners of the first of a template, connections of each. */

import type { Datagram, TcpSocket, UnixSocket } from '../../model/network-sockets.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import { scramble } from './chance.ts';
import { type Template, ipv4Of, ipv6Of } from './machine.ts';
import type { Life } from './population.ts';
import type { Simulation } from './simulation.ts';

/** Where one of a template listens. */
export type Listener =
  | { readonly kind: 'tcp' | 'udp'; readonly address: Ipv4Address; readonly port: number; readonly inode: number; readonly uid: number }
  | { readonly kind: 'tcp6' | 'udp6'; readonly address: Ipv6Address; readonly port: number; readonly inode: number; readonly uid: number }
  | { readonly kind: 'unix'; readonly path: string; readonly inode: number };

const LISTENER_INODES = 20_000;
const MOST_LISTENERS = 256;
const CONNECTION_INODES = 10_000_000;
const ESTABLISHED = 1;
const CLOSE = 7;
const LISTEN = 10;
/** A connection's remote end is one of so many. */
const PEERS = 0x0a_0000;

/** The listeners of a template. Throws nothing for what the schema lets through but addresses that are none, which give undefined. */
export function listenersOf({ text, index, user }: Template): (Listener | undefined)[] {
  return (text.listen ?? []).map((word, at): Listener | undefined => {
    const inode = LISTENER_INODES + index * MOST_LISTENERS + at;
    const kind = word.slice(0, word.indexOf(':'));
    const rest = word.slice(kind.length + 1);
    if (kind === 'unix') return { kind, path: rest, inode };
    const [, six, four, digits = ''] = /^(?:\[([0-9a-f:]+)\]|([\d.]+)):(\d{1,5})$/.exec(rest) ?? [];
    const port = Number(digits);
    if (port < 1 || port > 65535) return undefined;
    try {
      if ((kind === 'tcp' || kind === 'udp') && four !== undefined) return { kind, address: ipv4Of(four, ''), port, inode, uid: user.uid };
      if ((kind === 'tcp6' || kind === 'udp6') && six !== undefined) return { kind, address: ipv6Of(six, ''), port, inode, uid: user.uid };
    } catch {
      return undefined;
    }
    return undefined;
  });
}

/** Inode numbers of a process's sockets: those it listens on, and its connections. */
export class Sockets {
  readonly #simulation: Simulation;
  readonly #listeners: readonly (readonly Listener[])[];
  /** By template: how many connections those before it have. */
  readonly #before: readonly number[];

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    const { templates } = simulation.machine;
    this.#listeners = templates.map((template) => listenersOf(template).filter((listener) => listener !== undefined));
    let sum = 0;
    this.#before = templates.map(({ count, text }) => {
      const before = sum;
      sum += count * (text.connections ?? 0);
      return before;
    });
  }

  /** The listeners that a process has. */
  of({ slot }: Life): readonly Listener[] {
    const { template, first } = this.#simulation.population.group(slot);
    return slot === first ? (this.#listeners[template.index] ?? []) : [];
  }

  connectionInode({ slot }: Life, connection: number): number {
    const { template, first } = this.#simulation.population.group(slot);
    return CONNECTION_INODES + (this.#before[template.index] as number) + (slot - first) * (template.text.connections ?? 0) + connection;
  }

  /** Those of a kind, of all that live. */
  *#all<K extends Listener['kind']>(kinds: readonly K[]): Generator<Extract<Listener, { kind: K }>> {
    const { population, time } = this.#simulation;
    for (const [index, listeners] of this.#listeners.entries()) {
      if (listeners.length === 0) continue;
      const life = population.lifeIn(population.groups[index]?.first as number, time);
      if (!life || time >= life.end) continue;
      for (const listener of listeners) if ((kinds as readonly string[]).includes(listener.kind)) yield listener as Extract<Listener, { kind: K }>;
    }
  }

  *#connections(): Generator<{ readonly life: Life; readonly connection: number; readonly template: Template; readonly port: number }> {
    const { population, time } = this.#simulation;
    for (const { template, first } of population.groups) {
      const { connections = 0 } = template.text;
      if (connections === 0) continue;
      const port = this.#portOf(template);
      for (let slot = first; slot < first + template.count; slot++) {
        const life = population.lifeIn(slot, time);
        if (!life || time >= life.end) continue;
        for (let connection = 0; connection < connections; connection++) yield { life, connection, template, port };
      }
    }
  }

  /** Where a template's connections are to: its own port, or that of what started it. */
  #portOf(template: Template): number {
    for (let at: Template | undefined = template; at; at = at.parent) {
      const found = this.#listeners[at.index]?.find(({ kind }) => kind === 'tcp' || kind === 'tcp6');
      if (found && found.kind !== 'unix') return found.port;
    }
    return 0;
  }

  connectionCount(): number {
    let count = 0;
    for (const _ of this.#connections()) count++;
    return count;
  }

  /** net/tcp */
  *tcp(): Generator<TcpSocket<Ipv4Address>> {
    let slot = 0;
    for (const { address, port, inode, uid } of this.#all(['tcp'])) {
      yield { ...socket(slot++, inode, uid), localAddress: address, localPort: port, remoteAddress: 0, remotePort: 0, state: LISTEN, control: LISTENING };
    }
    const { machine } = this.#simulation;
    const own = machine.interfaces.find(({ ipv4 }) => ipv4)?.ipv4?.address ?? 0x7f00_0001;
    for (const { life, connection, template, port } of this.#connections()) {
      const key = life.number * 4099 + connection;
      const peer = scramble(machine.seed ^ 0x6a09e667, life.slot, key);
      const far = 32768 + (scramble(machine.seed ^ 0x510e527f, life.slot, key) % 28232);
      const near = port === 0 ? 32768 + (peer % 28232) : port;
      yield {
        ...socket(slot++, this.connectionInode(life, connection), template.user.uid),
        localAddress: own,
        localPort: near,
        remoteAddress: ((own & 0xff00_0000) >>> 0) + (peer % PEERS) + 1,
        remotePort: port === 0 ? 443 : far,
        state: ESTABLISHED,
        control: CONNECTED,
      };
    }
  }

  *tcp6(): Generator<TcpSocket<Ipv6Address>> {
    let slot = 0;
    for (const { address, port, inode, uid } of this.#all(['tcp6'])) {
      yield { ...socket(slot++, inode, uid), localAddress: address, localPort: port, remoteAddress: [0, 0, 0, 0], remotePort: 0, state: LISTEN, control: LISTENING };
    }
  }

  *udp(): Generator<Datagram<Ipv4Address>> {
    for (const { address, port, inode, uid } of this.#all(['udp'])) {
      yield { ...socket(port & 0x1fff, inode, uid), localAddress: address, localPort: port, remoteAddress: 0, remotePort: 0, state: CLOSE, references: 2, drops: 0 };
    }
  }

  *udp6(): Generator<Datagram<Ipv6Address>> {
    for (const { address, port, inode, uid } of this.#all(['udp6'])) {
      yield { ...socket(port & 0x1fff, inode, uid), localAddress: address, localPort: port, remoteAddress: [0, 0, 0, 0], remotePort: 0, state: CLOSE, references: 2, drops: 0 };
    }
  }

  *unix(): Generator<UnixSocket> {
    for (const { path, inode } of this.#all(['unix'])) {
      yield { pointer: 0, references: 2, flags: 0x1_0000, type: 1, state: 1, inode, path };
    }
  }

  count(kinds: readonly Listener['kind'][]): number {
    let count = 0;
    for (const _ of this.#all(kinds)) count++;
    return count;
  }
}

const LISTENING = { retransmissionTimeout: 100, acknowledgementTimeout: 0, quickAcknowledgement: 0, congestionWindow: 10, slowStartThreshold: 0 };
const CONNECTED = { retransmissionTimeout: 20, acknowledgementTimeout: 4, quickAcknowledgement: 30, congestionWindow: 10, slowStartThreshold: -1 };

function socket(slot: number, inode: number, uid: number): Pick<
  TcpSocket<Ipv4Address>,
  'slot' | 'transmitQueue' | 'receiveQueue' | 'timer' | 'timerExpires' | 'retransmissions' | 'uid' | 'probes' | 'inode' | 'references' | 'pointer'
> {
  return { slot, transmitQueue: 0, receiveQueue: 0, timer: 0, timerExpires: 0, retransmissions: 0, uid, probes: 0, inode, references: 1, pointer: 0 };
}
