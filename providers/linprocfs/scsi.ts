/** /proc/scsi (drivers/scsi/scsi_proc.c, scsi_devinfo.c, sg.c). */

import { EINVAL, type Errno, isErrno } from '../../fs/errno.ts';
import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { ScsiChange, ScsiGenericDevice } from '../model/storage.ts';
import { directory } from './directory.ts';
import { parseKernelNumber, taken, writtenText } from './written.ts';

const TAB = 0x09;

/** /proc/scsi/scsi */
function scsi(out: TextWriter, kernel: KernelView): void {
  const devices = kernel.scsiDevices();
  if (devices.length > 0) out.text('Attached devices:\n');
  for (const device of devices) {
    out.text('Host: scsi').decimal(device.host).text(' Channel: ').decimalZero(device.channel, 2);
    out.text(' Id: ').decimalZero(device.id, 2).text(' Lun: ').decimalZero(device.lun, 2);
    out.text('\n  Vendor: ').textLeft(device.vendor, 8).text(' Model: ').textLeft(device.model, 16);
    out.text(' Rev: ').textLeft(device.revision, 4).text('\n  Type:   ').textLeft(device.type, 17);
    out.repeat(0x20, 16).text('ANSI  SCSI revision: ').hexZero(device.level, 2);
    out.text(device.commonCommandSet ? ' CCS\n' : '\n');
  }
}

/** `scsi add-single-device HOST CHANNEL ID LUN`, or `remove-single-device`. */
function parseChange(text: string): ScsiChange | Errno {
  const match = /^scsi (add|remove)-single-device./s.exec(text);
  if (!match) return EINVAL;
  const numbers: number[] = [];
  let rest = text.slice(match[0].length);
  for (let place = 0; place < 4; place++) {
    const { value, length } = parseKernelNumber(rest);
    numbers.push(Number(value));
    // One character stands between two numbers, whatever it is.
    rest = rest.slice(length + 1);
  }
  const [host = 0, channel = 0, id = 0, lun = 0] = numbers;
  return { action: match[1] as 'add' | 'remove', host, channel, id, lun };
}

/** /proc/scsi/device_info */
function deviceInfo(out: TextWriter, kernel: KernelView): void {
  for (const { vendor, model, flags } of kernel.scsiQuirks()) {
    out.byte(0x27).textLeft(vendor, 8).text("' '").textLeft(model, 16).text("' 0x").hex(flags).newline();
  }
}

function genericDevice(out: TextWriter, { place, type, opens, queueDepth, busy, online }: ScsiGenericDevice): void {
  if (!place) {
    out.text('-1\t-1\t-1\t-1\t-1\t-1\t-1\t-1\t-1\n');
    return;
  }
  out.decimal(place.host).byte(TAB).decimal(place.channel).byte(TAB).decimal(place.id).byte(TAB).decimal(place.lun);
  for (const value of [type, opens, queueDepth, busy, online]) out.byte(TAB).signed(value);
  out.newline();
}

/**
 * The directory, with generic SCSI below it.
 *
 * Differs: sg/debug is not shown, and the settings of sg cannot be written.
 */
export function scsiTree(): DirectorySpec<KernelView> {
  const optional = (path: string): { exists: (kernel: KernelView) => boolean } => ({ exists: (kernel) => kernel.has(path) });
  return directory<KernelView>(
    {
      scsi: file(0o644, scsi, {
        ...optional('scsi/scsi'),
        write(value, _at, kernel) {
          const change = parseChange(writtenText(value));
          if (isErrno(change)) return change;
          return taken(kernel.changeScsiDevices(change), value);
        },
      }),
      device_info: file(0o644, deviceInfo, optional('scsi/device_info')),
      sg: directory<KernelView>(
        {
          allow_dio: file(0o644, (out, kernel) => void out.signed(kernel.scsiGeneric().allowsDirect).newline()),
          def_reserved_size: file(0o644, (out, kernel) => void out.decimal(kernel.scsiGeneric().reservedSize).newline()),
          device_hdr: file(0o444, (out) => void out.text('host\tchan\tid\tlun\ttype\topens\tqdepth\tbusy\tonline\n')),
          devices: file(0o444, (out, kernel) => {
            for (const device of kernel.scsiGeneric().devices) genericDevice(out, device);
          }),
          device_strs: file(0o444, (out, kernel) => {
            for (const { place, vendor, model, revision } of kernel.scsiGeneric().devices) {
              if (!place) out.text('<no active device>\n');
              else out.textRight(vendor, 8).byte(TAB).textRight(model, 16).byte(TAB).textRight(revision, 4).newline();
            }
          }),
          version: file(0o444, (out, kernel) => {
            const { version, versionText } = kernel.scsiGeneric();
            out.decimal(version).byte(TAB).text(versionText).newline();
          }),
        },
        optional('scsi/sg'),
      ),
    },
    optional('scsi'),
  );
}
