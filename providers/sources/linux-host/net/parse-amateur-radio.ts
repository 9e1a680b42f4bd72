/** Parsers of amateur radio's and AppleTalk's tables. */

import { ATALK_ASKED, ATALK_NEIGHBOUR, AX25_BEGIN, AX25_STATE } from '../../../linprocfs/net/amateur-radio.ts';
import type {
  AtalkNeighbour,
  AtalkRoute,
  Ax25Calls,
  Ax25Connection,
  BpqDevice,
  NetromNode,
} from '../../../model/network-protocols.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { fixedHex, linkAddress } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const COLON = 0x3a;
const STAR = 0x2a;

/** net/ax25 */
export function parseAx25(bytes: Buffer): Iterable<Ax25Connection> {
  return new Rows(bytes, 0, (scanner) => {
    const head = scanLine(scanner, AX25_BEGIN);
    // The destination and those that repeat it are one word.
    const [destination = '', ...repeaters] = scanner.word().split(',');
    const digipeaters = repeaters.map((word) => ({ callSign: word.replace(/\*$/, ''), repeated: word.endsWith('*') }));
    const state = scanLine(scanner, AX25_STATE);
    scanner.blanks();
    const socket =
      scanner.peek() === STAR
        ? undefined
        : { sendQueue: scanner.signed(), receiveQueue: scanner.signed(), inode: scanner.decimal() };
    scanner.nextLine();
    return { ...head, ...state, destination, digipeaters, socket };
  });
}

/** net/ax25_calls */
export function parseAx25Calls(bytes: Buffer, scanner: Scanner): Ax25Calls {
  scanner.until(COLON);
  const policy = scanner.signed();
  const users = rowsOf(bytes, 1, (row) => ({ uid: row.signed(), callSign: row.skip(1).line() }));
  return { policy, users };
}

/** net/nr_nodes */
export function parseNrNodes(bytes: Buffer): Iterable<NetromNode> {
  return new Rows(bytes, 1, (scanner) => {
    const callSign = scanner.word();
    const mnemonic = scanner.word();
    const which = scanner.signed();
    scanner.signed();
    const routes: { quality: number; obsolescence: number; neighbour: number }[] = [];
    while (!scanner.lineDone()) {
      routes.push({ quality: scanner.signed(), obsolescence: scanner.signed(), neighbour: scanner.number() });
    }
    scanner.nextLine();
    return { callSign, mnemonic, which, routes };
  });
}

/** net/bpqether */
export function parseBpqether(bytes: Buffer): readonly BpqDevice[] {
  return rowsOf(bytes, 1, (scanner) => {
    const device = scanner.word();
    const ethernet = scanner.word();
    const destination = linkAddress(scanner);
    const accepts = scanner.blanks().peek() === STAR ? undefined : linkAddress(scanner);
    scanner.nextLine();
    return { device, ethernet, destination, accepts };
  });
}

/** net/atalk/route */
export function parseAtalkRoute(bytes: Buffer): readonly AtalkRoute[] {
  return rowsOf(bytes, 1, (scanner) => {
    const node = (): { network: number; node: number } => {
      const network = fixedHex(scanner, 4);
      scanner.take(COLON);
      return { network, node: fixedHex(scanner, 2) };
    };
    const target = scanner.takeText('Default') ? undefined : node();
    const gateway = node();
    const flags = scanner.signed();
    return { target, gatewayNetwork: gateway.network, gatewayNode: gateway.node, flags, device: scanner.blanks().line() };
  });
}

/** net/atalk/arp */
export function parseAtalkArp(bytes: Buffer): Iterable<AtalkNeighbour> {
  return new Rows(bytes, 1, (scanner) => {
    const head = scanLine(scanner, ATALK_NEIGHBOUR);
    const next = scanner.blanks().peek();
    const asked = next >= 0x30 && next <= 0x39 ? scanLine(scanner, ATALK_ASKED) : undefined;
    return { ...head, asked, status: scanner.blanks().line() };
  });
}
