/** net/can/* and net/can-bcm/INODE (net/can/proc.c, net/can/bcm.c bcm_proc_show). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  CanBroadcast,
  CanReceiveOperation,
  CanReceiver,
  CanReceivers,
  CanReset,
  CanSendOperation,
  CanStatistics,
} from '../../model/network-protocols.ts';
import { pointer } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const CAN_FRAMES: LineFormat<CanStatistics> = lineFormat(
  '\n %8d{sent} transmitted frames (TXF)\n %8d{received} received frames (RXF)\n %8d{matched} matched frames (RXMF)\n\n',
);

export const CAN_ENTRIES: LineFormat<CanStatistics> = lineFormat(
  ' %8d{entries} current receive list entries (CRCV)\n %8d{maximumEntries} maximum receive list entries (MRCV)\n',
);

/** What the three rates are of, and the letter of their abbreviations. */
export const CAN_RATES = [
  ['total', ''],
  ['current', 'C'],
  ['max', 'M'],
] as const;

export function canStats(out: TextWriter, statistics: CanStatistics): void {
  writeLine(out, CAN_FRAMES, statistics);
  statistics.rates?.forEach(({ matchRatio, sent, received }, index) => {
    const [of, letter] = CAN_RATES[index] ?? ['', ''];
    out.space().signedPadded(matchRatio, 8).text(` % ${of} match ratio (${letter}RXMR)\n `);
    out.signedPadded(sent, 8).text(` frames/s ${of} tx rate (${letter}TXR)\n `);
    out.signedPadded(received, 8).text(` frames/s ${of} rx rate (${letter}RXR)\n\n`);
  });
  writeLine(out, CAN_ENTRIES, statistics);
  const { resets, userResets } = statistics;
  if (resets !== undefined) out.text('\n ').signedPadded(resets, 8).text(' statistic resets (STR)\n');
  if (userResets !== undefined) out.space().signedPadded(userResets, 8).text(' user statistic resets (USTR)\n');
  out.newline();
}

export const CAN_RESET: LineFormat<CanReset> = lineFormat('%(Performed|Scheduled){performed} statistic reset #%d{number}.\n');

/** can_print_recv_banner */
export const CAN_BANNER = '  device   can_id   can_mask      function          userdata       matches  ident';

export function canReceivers(out: TextWriter, { list, devices }: CanReceivers, hidden: boolean): void {
  out.text("\nreceive list '").text(list).text("':\n");
  for (const { device, receivers } of devices) {
    if (receivers.length === 0) {
      out.text('  (').text(device).text(': no entry)\n');
      continue;
    }
    out.text(CAN_BANNER).newline();
    for (const receiver of receivers) canReceiver(out, device, receiver, hidden);
  }
  out.newline();
}

function canReceiver(out: TextWriter, device: string, receiver: CanReceiver, hidden: boolean): void {
  out.text('   ').textLeft(device, 5).text('  ');
  if (receiver.extended) out.hexZero(receiver.id, 8);
  else out.text('   ').hexZero(receiver.id, 3).text('  ');
  out.text('  ').hexZero(receiver.mask, 8).text('  ');
  pointer(out, receiver.function, hidden).text('  ');
  pointer(out, receiver.data, hidden).text('  ').signedPadded(receiver.matches, 8).text('  ').text(receiver.identity).newline();
}

export const CAN_BROADCAST: LineFormat<CanBroadcast> = lineFormat(
  '>>> socket %p{socket} / sk %p{sock} / bo %p{manager} / dropped %u{dropped} / bound %s{bound} <<<\n',
);

export function canBroadcast(out: TextWriter, broadcast: CanBroadcast, hidden: boolean): void {
  writeLine(out, CAN_BROADCAST, broadcast, hidden);
  for (const operation of broadcast.receive) receiveOperation(out, operation);
  for (const operation of broadcast.send) sendOperation(out, operation);
  out.newline();
}

/** The number of frames, in brackets that tell whether they are of CAN FD. */
function frames(out: TextWriter, { flexible, frames: count }: { flexible: boolean; frames: number }): TextWriter {
  return out.text(flexible ? '(' : '[').decimal(count).text(flexible ? ')' : ']');
}

function receiveOperation(out: TextWriter, operation: CanReceiveOperation): void {
  out.text('rx_op: ').hexZeroUpper(operation.id, 3).space().textLeft(operation.device, 5).space();
  frames(out, operation).text(operation.checksLength ? 'd ' : '  ');
  if (operation.timeout !== undefined) out.text('timeo=').signed(operation.timeout).space();
  if (operation.throttle !== undefined) out.text('thr=').signed(operation.throttle).space();
  out.text('# recv ').signed(operation.passed).text(' (').signed(operation.received).text(') => reduction: ');
  out.text(operation.reduction === 100 ? 'near ' : '').signed(operation.reduction).text('%\n');
}

function sendOperation(out: TextWriter, operation: CanSendOperation): void {
  out.text('tx_op: ').hexZeroUpper(operation.id, 3).space().text(operation.device).space();
  frames(out, operation).space();
  if (operation.interval1 !== undefined) out.text('t1=').signed(operation.interval1).space();
  if (operation.interval2 !== undefined) out.text('t2=').signed(operation.interval2).space();
  out.text('# sent ').signed(operation.sent).newline();
}
