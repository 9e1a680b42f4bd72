/** Parsers of connection tracking and packet filtering. */

import type {
  Conntrack,
  ConntrackExpectation,
  ConntrackTuple,
  HashLimit,
  NetfilterLog,
  NetfilterLogInstance,
  NetfilterQueue,
  RecentAddress,
} from '../../../model/network-netfilter.ts';
import type { U64 } from '../../../../fs/u64.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { anyAddress } from './scan-addresses.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const MINUS = 0x2d;
const SPACE = 0x20;

/** net/nf_conntrack */
export function parseConntrack(bytes: Buffer): Iterable<Conntrack> {
  return new Rows(bytes, 0, (scanner) => {
    const familyName = scanner.word();
    const family = scanner.number();
    const protocolName = scanner.word();
    const protocol = scanner.number();
    const expires = digitNext(scanner) ? scanner.signedDecimal() : undefined;
    const timeouts = greTimeouts(scanner);
    scanner.blanks();
    const state = scanner.nextIs('src=') ? undefined : scanner.word();
    const original = tuple(scanner, 'zone-orig=');
    const replied = !takeWord(scanner, '[UNREPLIED]');
    const reply = tuple(scanner, 'zone-reply=');
    scanner.blanks();
    const status = scanner.take(BRACKET) ? scanner.until(0x5d) : undefined;
    const mark = labelled(scanner, 'mark=');
    const securityContext = scanner.blanks().takeText('secctx=') ? scanner.word() : undefined;
    const zone = labelled(scanner, 'zone=');
    const age = scanner.blanks().takeText('delta-time=') ? scanner.decimal() : undefined;
    const references = labelled(scanner, 'use=') ?? 0;
    scanner.nextLine();
    return {
      familyName,
      family,
      protocolName,
      protocol,
      expires,
      state,
      timeouts,
      original,
      replied,
      reply,
      status,
      mark,
      securityContext,
      zone,
      age,
      references,
    };
  });
}

function digitNext(scanner: Scanner): boolean {
  const next = scanner.blanks().peek();
  return next === MINUS || (next >= 0x30 && next <= 0x39);
}

/** Takes a word behind blanks if it is next. */
function takeWord(scanner: Scanner, word: string): boolean {
  return scanner.blanks().takeText(word);
}

/** A number behind a label, if that is next. */
function labelled(scanner: Scanner, label: string): number | undefined {
  return takeWord(scanner, label) ? scanner.number() : undefined;
}

function greTimeouts(scanner: Scanner): Conntrack['timeouts'] {
  const timeout = labelled(scanner, 'timeout=');
  if (timeout === undefined) return undefined;
  scanner.take(COMMA);
  return { timeout, stream: labelled(scanner, 'stream_timeout=') ?? 0 };
}

/** One direction, with what is its own. */
function tuple(scanner: Scanner, zoneLabel: string): ConntrackTuple {
  takeWord(scanner, 'src=');
  const source = anyAddress(scanner);
  takeWord(scanner, 'dst=');
  const destination = anyAddress(scanner);
  const identity = tupleIdentity(scanner);
  const zone = labelled(scanner, zoneLabel);
  let traffic: ConntrackTuple['traffic'];
  if (takeWord(scanner, 'packets=')) {
    const packets = scanner.decimal();
    takeWord(scanner, 'bytes=');
    traffic = { packets, bytes: scanner.decimal() };
  }
  return { source, destination, identity, zone, traffic };
}

function tupleIdentity(scanner: Scanner): ConntrackTuple['identity'] {
  const port = labelled(scanner, 'sport=');
  if (port !== undefined) return { kind: 'ports', source: port, destination: labelled(scanner, 'dport=') ?? 0 };
  const type = labelled(scanner, 'type=');
  if (type !== undefined) {
    return { kind: 'icmp', type, code: labelled(scanner, 'code=') ?? 0, id: labelled(scanner, 'id=') ?? 0 };
  }
  if (!takeWord(scanner, 'srckey=0x')) return { kind: 'none' };
  const source = Number(scanner.hex());
  takeWord(scanner, 'dstkey=0x');
  return { kind: 'keys', source, destination: Number(scanner.hex()) };
}

/** net/nf_conntrack_expect */
export function parseConntrackExpect(bytes: Buffer): Iterable<ConntrackExpectation> {
  return new Rows(bytes, 0, (scanner) => {
    const timeout = scanner.signed();
    takeWord(scanner, 'l3proto = ');
    const family = scanner.number();
    const protocol = labelled(scanner, 'proto=') ?? 0;
    const expected = tuple(scanner, 'zone-orig=');
    scanner.take(SPACE);
    const words = scanner.line().split(' ');
    const flags = /^(PERMANENT|INACTIVE|USERSPACE)(,|$)/.test(words[0] ?? '') ? (words.shift() as string).split(',') : [];
    const [helper, policy] = words.join(' ').split('/');
    return { timeout, family, protocol, tuple: expected, flags, helper: helper || undefined, policy };
  });
}

/** net/netfilter/nf_log */
export function parseNfLog(bytes: Buffer): readonly NetfilterLog[] {
  return rowsOf(bytes, 0, (scanner) => {
    const family = scanner.number();
    const active = scanner.word();
    scanner.blanks().skip(1);
    const available = scanner.until(0x29).split(',').filter(Boolean);
    scanner.nextLine();
    return { family, active: active === 'NONE' ? undefined : active, available };
  });
}

/** net/netfilter/nfnetlink_log */
export function parseNfnetlinkLog(bytes: Buffer): readonly NetfilterLogInstance[] {
  return rowsOf(bytes, 0, (scanner) => {
    const instance: NetfilterLogInstance = {
      group: scanner.number(),
      port: scanner.number(),
      queued: scanner.number(),
      copyMode: scanner.number(),
      copyRange: scanner.number(),
      flushTimeout: scanner.number(),
      references: scanner.number(),
    };
    scanner.nextLine();
    return instance;
  });
}

/** net/netfilter/nfnetlink_queue */
export function parseNfnetlinkQueue(bytes: Buffer): readonly NetfilterQueue[] {
  return rowsOf(bytes, 0, (scanner) => {
    const queue: NetfilterQueue = {
      queue: scanner.number(),
      port: scanner.number(),
      queued: scanner.number(),
      copyMode: scanner.number(),
      copyRange: scanner.number(),
      dropped: scanner.number(),
      userDropped: scanner.number(),
      lastId: scanner.number(),
    };
    scanner.nextLine();
    return queue;
  });
}

/** net/ip_tables_names and its like. */
export function parseNames(bytes: Buffer): readonly string[] {
  return rowsOf(bytes, 0, (scanner) => scanner.line());
}

/** net/xt_recent/LIST */
export function parseXtRecent(bytes: Buffer): Iterable<RecentAddress> {
  return new Rows(bytes, 0, (scanner) => {
    scanner.takeText('src=');
    const source = anyAddress(scanner);
    const timeToLive = labelled(scanner, 'ttl:') ?? 0;
    takeWord(scanner, 'last_seen:');
    const lastSeen = scanner.decimal();
    const next = labelled(scanner, 'oldest_pkt:') ?? 0;
    const stamps: U64[] = [];
    while (!scanner.lineDone()) {
      stamps.push(scanner.decimal());
      scanner.take(COMMA);
    }
    scanner.nextLine();
    return { source, timeToLive, lastSeen, next, stamps };
  });
}

/** net/ipt_hashlimit/TABLE, net/ip6t_hashlimit/TABLE */
export function parseHashLimits<A>(address: (scanner: Scanner) => A): (bytes: Buffer) => Iterable<HashLimit<A>> {
  return (bytes) =>
    new Rows(bytes, 0, (scanner) => {
      const expires = scanner.signedDecimal();
      const source = address(scanner);
      scanner.take(COLON);
      const sourcePort = scanner.number();
      scanner.takeText('->');
      const destination = address(scanner);
      scanner.take(COLON);
      const limit: HashLimit<A> = {
        expires,
        source,
        sourcePort,
        destination,
        destinationPort: scanner.number(),
        credit: scanner.decimal(),
        creditLimit: scanner.decimal(),
        cost: scanner.decimal(),
      };
      scanner.nextLine();
      return limit;
    });
}
