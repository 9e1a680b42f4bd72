/** net/wireless (net/wireless/wext-proc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Wireless, WirelessDevice } from '../../model/network-links.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const WIRELESS_DEVICE: LineFormat<WirelessDevice> = lineFormat(
  '%6s{name}: %04x{status}  %3d{quality}%(.| ){qualityUpdated}  %3d{level}%(.| ){levelUpdated}  ' +
    '%3d{noise}%(.| ){noiseUpdated}  %6d{discardedNetwork} %6d{discardedCrypt} %6d{discardedFragment} ' +
    '%6d{discardedRetries} %6d{discardedOther}   %6d{missedBeacons}\n',
);

export function wireless(out: TextWriter, { version, devices }: Wireless): void {
  out.text('Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n');
  out.text(' face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | ').signed(version).newline();
  for (const device of devices) writeLine(out, WIRELESS_DEVICE, device);
}
