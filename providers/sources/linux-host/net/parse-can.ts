/** Parsers of net/can and net/can-bcm. */

import { CAN_BANNER, CAN_BROADCAST, CAN_ENTRIES, CAN_FRAMES, CAN_RATES } from '../../../linprocfs/net/can.ts';
import type {
  CanBroadcast,
  CanRates,
  CanReceiveOperation,
  CanReceiver,
  CanReceivers,
  CanSendOperation,
  CanStatistics,
} from '../../../model/network-protocols.ts';
import type { Scanner } from '../scanner.ts';
import { pointer } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const BLANK = 0x20;
const COLON = 0x3a;
const NEWLINE = 0x0a;
/** How wide the device's column in net/can/rcvlist_* is. */
const DEVICE_WIDTH = 5;

/** net/can/stats */
export function parseCanStats(_bytes: Buffer, scanner: Scanner): CanStatistics {
  const frames = scanLine(scanner, CAN_FRAMES);
  const rates: CanRates[] = [];
  for (const [of] of CAN_RATES) {
    const { at } = scanner;
    const matchRatio = scanner.signedDecimal();
    if (!scanner.takeText(` % ${of} match ratio`)) {
      scanner.at = at;
      break;
    }
    scanner.nextLine();
    const sent = scanner.signedDecimal();
    scanner.nextLine();
    const received = scanner.signedDecimal();
    scanner.nextLine().nextLine();
    rates.push({ matchRatio, sent, received });
  }
  const entries = scanLine(scanner, CAN_ENTRIES);
  const resets = scanner.take(NEWLINE) && !scanner.done ? scanner.signedDecimal() : undefined;
  if (resets !== undefined) scanner.nextLine();
  const userResets = scanner.peek() === BLANK ? scanner.signedDecimal() : undefined;
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
    matches: scanner.signedDecimal(),
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
  return scanner.blanks().takeText(label) ? scanner.signedDecimal() : undefined;
}

function receiveOperation(scanner: Scanner): CanReceiveOperation {
  const head = operationHead(scanner);
  const checksLength = scanner.take(0x64);
  const timeout = optional(scanner, 'timeo=');
  const throttle = optional(scanner, 'thr=');
  scanner.blanks().takeText('# recv ');
  const passed = scanner.signedDecimal();
  scanner.takeText(' (');
  const received = scanner.signedDecimal();
  scanner.takeText(') => reduction: ');
  scanner.takeText('near ');
  const reduction = scanner.signedDecimal();
  scanner.nextLine();
  return { ...head, checksLength, timeout, throttle, passed, received, reduction };
}

function sendOperation(scanner: Scanner): CanSendOperation {
  const head = operationHead(scanner);
  const interval1 = optional(scanner, 't1=');
  const interval2 = optional(scanner, 't2=');
  scanner.blanks().takeText('# sent ');
  const sent = scanner.signedDecimal();
  scanner.nextLine();
  return { ...head, interval1, interval2, sent };
}
