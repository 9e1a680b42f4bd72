/** net/dev (net/core/net-procfs.c dev_seq_printf_stats, proc_pid_net(5)). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { DeviceTraffic } from '../../model/network-devices.ts';

const HEADING =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n';

export function dev(out: TextWriter, devices: readonly DeviceTraffic[]): void {
  out.text(HEADING);
  for (const device of devices) {
    out.textRight(device.name, 6).text(': ').decimalPadded(device.receivedBytes, 7).space();
    out.decimalPadded(device.receivedPackets, 7).space().decimalPadded(device.receiveErrors, 4).space();
    out.decimalPadded(device.receiveDropped, 4).space().decimalPadded(device.receiveFifoErrors, 4).space();
    out.decimalPadded(device.receiveFrameErrors, 5).space().decimalPadded(device.receivedCompressed, 10).space();
    out.decimalPadded(device.receivedMulticast, 9).space().decimalPadded(device.sentBytes, 8).space();
    out.decimalPadded(device.sentPackets, 7).space().decimalPadded(device.sendErrors, 4).space();
    out.decimalPadded(device.sendDropped, 4).space().decimalPadded(device.sendFifoErrors, 4).space();
    out.decimalPadded(device.collisions, 5).space().decimalPadded(device.carrierErrors, 7).space();
    out.decimalPadded(device.sentCompressed, 10).newline();
  }
}
