/** Parsers of net/atm. */

import { ATM_CIRCUIT, ATM_NEIGHBOUR, ATM_PLACE, ATM_PVC } from '../../../linprocfs/net/atm.ts';
import type {
  AtmBridge,
  AtmBridgeCircuit,
  AtmCells,
  AtmCircuit,
  AtmDevice,
  AtmLanEntry,
  AtmMultiProtocol,
  AtmMultiProtocolInterface,
  AtmNeighbour,
  AtmPermanentCircuit,
  AtmQuality,
  AtmSwitchedCircuit,
} from '../../../model/network-protocols.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { dotted, fixedHex, linkAddress, plainBytes, pointer } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const NEWLINE = 0x0a;

/** net/atm/devices */
export function parseAtmDevices(bytes: Buffer): readonly AtmDevice[] {
  return rowsOf(bytes, 1, (scanner) => {
    const number = scanner.signed();
    const type = scanner.word();
    const stationAddress = plainBytes(scanner);
    const layer0 = atmCells(scanner);
    const layer5 = atmCells(scanner);
    scanner.blanks().skip(1);
    const references = scanner.signed();
    scanner.nextLine();
    return { number, type, stationAddress, layer0, layer5, references };
  });
}

function atmCells(scanner: Scanner): AtmCells {
  scanner.until(0x28);
  const cells: AtmCells = [scanner.signed(), scanner.signed(), scanner.signed(), scanner.signed(), scanner.signed()];
  scanner.blanks().skip(1);
  return cells;
}

/** net/atm/pvc */
export function parseAtmPvc(bytes: Buffer): Iterable<AtmPermanentCircuit> {
  return new Rows(bytes, 1, (scanner) => {
    const head = { ...scanLine(scanner, ATM_PVC), sendClass: scanner.word() };
    const clip = scanner.blanks().takeText('CLIP, Itf:')
      ? { device: scanner.until(COMMA), encapsulation: scanner.line().replace(' Encap:', '') }
      : undefined;
    if (!clip) scanner.nextLine();
    return { ...head, clip };
  });
}

/** net/atm/vc */
export function parseAtmVc(bytes: Buffer): Iterable<AtmCircuit> {
  return new Rows(bytes, 1, (scanner) => {
    const circuit = pointer(scanner);
    const place = scanner.blanks().takeText('Unassigned') ? undefined : scanLine(scanner, ATM_PLACE);
    return { ...scanLine(scanner, ATM_CIRCUIT), pointer: circuit, place };
  });
}

/** net/atm/svc */
export function parseAtmSvc(bytes: Buffer): Iterable<AtmSwitchedCircuit> {
  return new Rows(bytes, 1, (scanner) => {
    const place = scanner.takeText('N/A@') ? { pointer: pointer(scanner) } : scanLine(scanner, ATM_PLACE);
    return { place, state: scanner.word(), remote: scanner.blanks().line() };
  });
}

/** net/atm/arp */
export function parseAtmArp(bytes: Buffer): Iterable<AtmNeighbour> {
  return new Rows(bytes, 1, (scanner) => scanLine(scanner, ATM_NEIGHBOUR));
}

/** net/atm/lec. Its columns have widths, but what is left out at the end leaves blanks or nothing. */
export function parseAtmLec(bytes: Buffer): Iterable<AtmLanEntry> {
  return new Rows(bytes, 1, (scanner) => {
    const device = scanner.word();
    const hardwareAddress = linkAddress(scanner);
    const address = plainBytes(scanner);
    const status = scanner.word();
    const flags = fixedHex(scanner, 4);
    const rest = scanner.line();
    const numbers = rest.split(' ').filter(Boolean).map(Number);
    const pair = (index: number): { path: number; channel: number } | undefined => {
      const [path, channel] = numbers.slice(index);
      return path === undefined || channel === undefined ? undefined : { path, channel };
    };
    const circuit = rest.startsWith('        ') ? undefined : pair(0);
    return { device, hardwareAddress, address, status, flags, circuit, receiveCircuit: pair(circuit ? 2 : 0) };
  });
}

/** net/atm/mpc */
export function parseAtmMpc(_bytes: Buffer, scanner: Scanner): AtmMultiProtocol {
  for (let line = 0; line < 4; line++) scanner.nextLine();
  const qualities: AtmQuality[] = [];
  while (!scanner.done && scanner.peek() !== NEWLINE) {
    const address = dotted(scanner);
    scanner.nextLine();
    qualities.push({ address, send: numbersOfLine(scanner), receive: numbersOfLine(scanner) });
  }
  const interfaces: AtmMultiProtocolInterface[] = [];
  while (scanner.takeText('\nInterface ')) interfaces.push(multiProtocolInterface(scanner));
  return { qualities, interfaces };
}

function numbersOfLine(scanner: Scanner): number[] {
  const numbers: number[] = [];
  while (!scanner.lineDone()) numbers.push(scanner.signed());
  scanner.nextLine();
  return numbers;
}

function multiProtocolInterface(scanner: Scanner): AtmMultiProtocolInterface {
  const number = scanner.signed();
  for (let line = 0; line < 4; line++) scanner.nextLine();
  const ingress: AtmMultiProtocolInterface['ingress'][number][] = [];
  while (!scanner.done && scanner.peek() !== NEWLINE) {
    const address = dotted(scanner);
    const entry = { address, state: scanner.word(), holding: scanner.decimal(), packets: scanner.number() };
    ingress.push({ ...entry, shortcut: shortcut(scanner) });
  }
  for (let line = 0; line < 4; line++) scanner.nextLine();
  const egress: AtmMultiProtocolInterface['egress'][number][] = [];
  while (!scanner.done && scanner.peek() !== NEWLINE) {
    const peer = plainBytes(scanner);
    scanner.nextLine();
    const entry = { peer, cache: scanner.decimal(), state: scanner.word(), holding: scanner.decimal(), packets: scanner.number() };
    egress.push({ ...entry, latest: dotted(scanner), shortcut: shortcut(scanner) });
  }
  scanner.nextLine();
  return { number, ingress, egress };
}

/** The rest of the line: a path and a channel, or nothing. */
function shortcut(scanner: Scanner): { path: number; channel: number } | undefined {
  const [path, channel] = numbersOfLine(scanner);
  return path === undefined || channel === undefined ? undefined : { path, channel };
}

/** net/atm/br2684 */
export function parseAtmBr2684(_bytes: Buffer, scanner: Scanner): readonly AtmBridge[] {
  const devices: AtmBridge[] = [];
  while (scanner.takeText('dev ')) {
    const device = scanner.until(COLON);
    scanner.takeText(' num=');
    const number = scanner.signed();
    scanner.takeText(', mac=');
    const hardwareAddress = linkAddress(scanner);
    const addressSet = scanner.line() === ' (set)';
    const circuits: AtmBridgeCircuit[] = [];
    while (scanner.takeText('  vcc ')) circuits.push(bridgeCircuit(scanner));
    devices.push({ device, number, hardwareAddress, addressSet, circuits });
  }
  return devices;
}

function bridgeCircuit(scanner: Scanner): AtmBridgeCircuit {
  const [, device, path, channel, encapsulation = '', payload = '', failed, needed] =
    /^(\d+)\.(\d+)\.(\d+): encaps=(\S+) payload=(\S+), failed copies (\d+)\/(\d+)$/.exec(scanner.line()) ?? [];
  let filter: AtmBridgeCircuit['filter'];
  if (scanner.takeText('    filter=')) {
    const prefix = dotted(scanner);
    scanner.skip(1);
    filter = { prefix, mask: dotted(scanner) };
    scanner.nextLine();
  }
  return {
    device: Number(device),
    path: Number(path),
    channel: Number(channel),
    encapsulation,
    payload,
    copiesFailed: Number(failed),
    copiesNeeded: Number(needed),
    filter,
  };
}
