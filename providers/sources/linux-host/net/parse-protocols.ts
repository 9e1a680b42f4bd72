/** Parsers of the rarer protocols' tables that are more than lines of one form. */

import { ATALK_ASKED, ATALK_NEIGHBOUR, AX25_BEGIN, AX25_STATE } from '../../../linprocfs/net/amateur-radio.ts';
import { ATM_CIRCUIT, ATM_NEIGHBOUR, ATM_PLACE, ATM_PVC } from '../../../linprocfs/net/atm.ts';
import { CAN_BANNER, CAN_BROADCAST, CAN_ENTRIES, CAN_FRAMES, CAN_RATES } from '../../../linprocfs/net/can.ts';
import { KCM_MEMBER, KCM_MULTIPLEXOR, KCM_STATISTICS, KCM_TRANSPORT } from '../../../linprocfs/net/kcm.ts';
import type {
  AtalkNeighbour,
  AtalkRoute,
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
  Ax25Calls,
  Ax25Connection,
  BpqDevice,
  CanBroadcast,
  CanRates,
  CanReceiveOperation,
  CanReceiver,
  CanReceivers,
  CanSendOperation,
  CanStatistics,
  Kcm,
  KcmMember,
  KcmMultiplexor,
  KcmStatistics,
  NetromNode,
} from '../../../model/network-protocols.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { anySigned, dotted, fixedHex, linkAddress, plainBytes, pointer } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const BLANK = 0x20;
const COLON = 0x3a;
const COMMA = 0x2c;
const STAR = 0x2a;
const NEWLINE = 0x0a;
/** How wide the device's column in net/can/rcvlist_* is. */
const DEVICE_WIDTH = 5;

/** Whether a text is next, which is not taken. */
function startsWith(scanner: Scanner, text: string): boolean {
  const { at } = scanner;
  const found = scanner.takeText(text);
  scanner.at = at;
  return found;
}

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

/** net/can/stats */
export function parseCanStats(_bytes: Buffer, scanner: Scanner): CanStatistics {
  const frames = scanLine(scanner, CAN_FRAMES);
  const rates: CanRates[] = [];
  for (const [of] of CAN_RATES) {
    const { at } = scanner;
    const matchRatio = anySigned(scanner);
    if (!scanner.takeText(` % ${of} match ratio`)) {
      scanner.at = at;
      break;
    }
    scanner.nextLine();
    const sent = anySigned(scanner);
    scanner.nextLine();
    const received = anySigned(scanner);
    scanner.nextLine().nextLine();
    rates.push({ matchRatio, sent, received });
  }
  const entries = scanLine(scanner, CAN_ENTRIES);
  const resets = scanner.take(NEWLINE) && !scanner.done ? anySigned(scanner) : undefined;
  if (resets !== undefined) scanner.nextLine();
  const userResets = scanner.peek() === BLANK ? anySigned(scanner) : undefined;
  return { ...frames, ...entries, rates: rates.length > 0 ? rates : undefined, resets, userResets };
}

/** net/can/rcvlist_KIND */
export function parseCanReceivers(_bytes: Buffer, scanner: Scanner): CanReceivers {
  scanner.nextLine().takeText("receive list '");
  const list = scanner.until(0x27);
  scanner.nextLine();
  const devices: { device: string; receivers: CanReceiver[] }[] = [];
  while (!scanner.done && scanner.peek() !== NEWLINE) {
    if (scanner.takeText('  (')) {
      devices.push({ device: scanner.until(COLON), receivers: [] });
      scanner.nextLine();
    } else if (scanner.takeText(CAN_BANNER)) {
      devices.push({ device: '', receivers: [] });
      scanner.nextLine();
    } else {
      const current = devices[devices.length - 1];
      const { device, receiver } = canReceiver(scanner);
      if (!current) continue;
      current.device = device;
      current.receivers.push(receiver);
    }
  }
  return { list, devices };
}

function canReceiver(scanner: Scanner): { device: string; receiver: CanReceiver } {
  const start = scanner.blanks().at;
  const device = scanner.word();
  const idColumn = start + Math.max(device.length, DEVICE_WIDTH);
  // Short ids stand further from the device.
  const extended = scanner.blanks().at - idColumn === 2;
  const id = Number(scanner.hex());
  const receiver: CanReceiver = {
    id,
    extended,
    mask: Number(scanner.hex()),
    function: pointer(scanner),
    data: pointer(scanner),
    matches: anySigned(scanner),
    identity: scanner.blanks().line(),
  };
  return { device, receiver };
}

/** net/can-bcm/INODE */
export function parseCanBroadcast(_bytes: Buffer, scanner: Scanner): CanBroadcast {
  const head = scanLine(scanner, CAN_BROADCAST);
  const receive: CanReceiveOperation[] = [];
  while (scanner.takeText('rx_op: ')) receive.push(receiveOperation(scanner));
  const send: CanSendOperation[] = [];
  while (scanner.takeText('tx_op: ')) send.push(sendOperation(scanner));
  return { ...head, receive, send };
}

/** The id, the device, and the frames in brackets that tell whether they are of CAN FD. */
function operationHead(scanner: Scanner): { id: number; device: string; flexible: boolean; frames: number } {
  const id = Number(scanner.hex());
  const device = scanner.word();
  const flexible = scanner.blanks().peek() === 0x28;
  scanner.skip(1);
  const frames = scanner.number();
  scanner.skip(1);
  return { id, device, flexible, frames };
}

function optional(scanner: Scanner, label: string): number | bigint | undefined {
  return scanner.blanks().takeText(label) ? anySigned(scanner) : undefined;
}

function receiveOperation(scanner: Scanner): CanReceiveOperation {
  const head = operationHead(scanner);
  const checksLength = scanner.take(0x64);
  const timeout = optional(scanner, 'timeo=');
  const throttle = optional(scanner, 'thr=');
  scanner.blanks().takeText('# recv ');
  const passed = anySigned(scanner);
  scanner.takeText(' (');
  const received = anySigned(scanner);
  scanner.takeText(') => reduction: ');
  scanner.takeText('near ');
  const reduction = anySigned(scanner);
  scanner.nextLine();
  return { ...head, checksLength, timeout, throttle, passed, received, reduction };
}

function sendOperation(scanner: Scanner): CanSendOperation {
  const head = operationHead(scanner);
  const interval1 = optional(scanner, 't1=');
  const interval2 = optional(scanner, 't2=');
  scanner.blanks().takeText('# sent ');
  const sent = anySigned(scanner);
  scanner.nextLine();
  return { ...head, interval1, interval2, sent };
}

/** net/kcm */
export function parseKcm(_bytes: Buffer, scanner: Scanner): Kcm {
  scanner.until(0x28);
  const count = scanner.signed();
  scanner.nextLine().nextLine();
  const multiplexors: KcmMultiplexor[] = [];
  let members: KcmMember[] = [];
  while (!scanner.done) {
    if (startsWith(scanner, '   ')) {
      members.push(kcmMember(scanner));
    } else {
      members = [];
      multiplexors.push({ ...scanLine(scanner, KCM_MULTIPLEXOR), members });
    }
  }
  return { count, multiplexors };
}

function kcmMember(scanner: Scanner): KcmMember {
  const { name, ...rest } = scanLine(scanner, KCM_MEMBER);
  const dash = name.indexOf('-');
  const sendMemory = scanner.word();
  const status: string[] = [];
  while (!scanner.lineDone()) status.push(scanner.word());
  scanner.nextLine();
  return {
    ...rest,
    kind: name.slice(0, dash),
    index: Number(name.slice(dash + 1)),
    sendMemory: sendMemory === '-' ? undefined : Number(sendMemory),
    status,
  };
}

/** net/kcm_stats */
export function parseKcmStats(_bytes: Buffer, scanner: Scanner): KcmStatistics {
  return { ...scanLine(scanner, KCM_STATISTICS), transport: scanLine(scanner, KCM_TRANSPORT) };
}

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
