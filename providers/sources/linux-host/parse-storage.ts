/** Parsers of the files about software RAID and SCSI: the inverse of linprocfs. */

import { u64 } from '../../../fs/u64.ts';
import type {
  RaidArray,
  RaidBitmap,
  RaidLayout,
  RaidMember,
  RaidStatus,
  RaidSync,
  ScsiDevice,
  ScsiGeneric,
  ScsiGenericDevice,
  ScsiQuirk,
} from '../../model/storage.ts';
import { unescape } from './escapes.ts';
import type { Scanner } from './scanner.ts';

/** /proc/mdstat */
export function parseRaid(scanner: Scanner): RaidStatus {
  let personalities: string[] = [];
  let unused: string[] = [];
  const arrays: RaidArray[] = [];
  while (!scanner.done) {
    const line = scanner.line();
    if (line.startsWith('Personalities :')) {
      personalities = [...line.matchAll(/\[([^\]]*)\]/g)].map(([, name = '']) => name);
    } else if (line.startsWith('unused devices: ')) {
      unused = line.slice(16).split(' ').filter((name) => name !== '' && name !== '<none>');
    } else if (/^\S+ : /.test(line)) {
      const details: string[] = [];
      while (!scanner.done && scanner.peek() === 0x20) details.push(scanner.line());
      arrays.push(raidArray(line, details));
    }
  }
  return { personalities, arrays, unused };
}

function raidArray(head: string, details: readonly string[]): RaidArray {
  const [, name = '', state = 'inactive', access, rest = ''] =
    /^(\S+) : (active|broken|inactive)(?: \((read-only|auto-read-only)\))?(.*)$/.exec(head) ?? [];
  const words = rest.split(' ').filter(Boolean);
  const personality = state === 'inactive' ? undefined : words.shift();
  const [, size, status = ''] = /^ +(\d+) blocks(.*)$/.exec(details[0] ?? '') ?? [];
  const metadata = / super (\S+)/.exec(status)?.[1];
  const lines = details.join('\n');
  return {
    name,
    state: state as RaidArray['state'],
    access: access as RaidArray['access'],
    personality,
    members: words.map(raidMember),
    size: size === undefined ? undefined : u64(BigInt(size)),
    metadata,
    layout: raidLayout(status),
    sync: raidSync(lines),
    bitmap: raidBitmap(lines),
  };
}

function raidMember(text: string): RaidMember {
  const [, device = '', number = '0', flags = ''] = /^(.*)\[(-?\d+)\]((?:\([A-Z]\))*)$/.exec(text) ?? [];
  return { device, number: Number(number), flags: flags.replace(/[()]/g, '') };
}

function raidLayout(status: string): RaidLayout {
  const number = (pattern: RegExp): number | undefined => {
    const digits = pattern.exec(status)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const disks = / \[(\d+)\/(\d+)\] \[([^\]]*)\]/.exec(status);
  return {
    level: number(/ level (-?\d+),/),
    chunk: number(/ (\d+)[kK] (?:chunks?|rounding)/),
    algorithm: number(/, algorithm (-?\d+)/),
    nearCopies: number(/ (\d+) near-copies/),
    farCopies: number(/ (\d+) far-copies/),
    offsetCopies: number(/ (\d+) offset-copies/),
    disks: disks ? { total: Number(disks[1]), working: Number(disks[2]), states: disks[3] ?? '' } : undefined,
  };
}

const PROGRESS = /\] {2}(reshape|check|resync|recovery) = *(\d+)\.(\d)% \((\d+)\/(\d+)\) finish=(\d+)\.(\d)min speed=(-?\d+)K\/sec/;

function raidSync(lines: string): RaidSync | undefined {
  const waits = /\tresync=(DELAYED|PENDING|REMOTE)/.exec(lines)?.[1];
  if (waits !== undefined) return { waits: waits as 'DELAYED' | 'PENDING' | 'REMOTE' };
  const match = PROGRESS.exec(lines);
  if (!match) return undefined;
  const [, action, percent, tenths, position, end, minutes, sixSeconds, speed] = match;
  return {
    waits: undefined,
    action: action as 'reshape' | 'check' | 'resync' | 'recovery',
    done: Number(percent) * 10 + Number(tenths),
    position: u64(BigInt(position ?? 0)),
    end: u64(BigInt(end ?? 0)),
    finish: u64(BigInt(minutes ?? 0) * 10n + BigInt(sixSeconds ?? 0)),
    speed: Number(speed),
  };
}

function raidBitmap(lines: string): RaidBitmap | undefined {
  const match = /bitmap: (\d+)\/(\d+) pages \[(\d+)KB\], (\d+)(KB|B) chunk(?:, file: (.*))?/.exec(lines);
  if (!match) return undefined;
  const [, pages, allPages, memory, chunk, unit, file] = match;
  return {
    pages: u64(BigInt(pages ?? 0)),
    allPages: u64(BigInt(allPages ?? 0)),
    memory: u64(BigInt(memory ?? 0)),
    chunk: u64(BigInt(chunk ?? 0)),
    unit: unit as 'KB' | 'B',
    file: file === undefined ? undefined : unescape(file),
  };
}

const SCSI_PLACE = /^Host: scsi(\d+) Channel: (\d+) Id: (\d+) Lun: (\d+)$/;
const SCSI_NAME = /^ {2}Vendor: (.*?) *Model: (.{16}) Rev: (.*?) *$/;
const SCSI_TYPE = /^ {2}Type: {3}(.*?) *ANSI {2}SCSI revision: ([0-9a-f]+)( CCS)?$/;

/** /proc/scsi/scsi */
export function parseScsiDevices(scanner: Scanner): ScsiDevice[] {
  const devices: ScsiDevice[] = [];
  while (!scanner.done) {
    const place = SCSI_PLACE.exec(scanner.line());
    if (!place) continue;
    const [, host, channel, id, lun] = place;
    const [, vendor = '', model = '', revision = ''] = SCSI_NAME.exec(scanner.line()) ?? [];
    const [, type = '', level = '0', set] = SCSI_TYPE.exec(scanner.line()) ?? [];
    devices.push({
      host: Number(host),
      channel: Number(channel),
      id: Number(id),
      lun: u64(BigInt(lun ?? 0)),
      vendor,
      model: model.trimEnd(),
      revision,
      type,
      level: Number.parseInt(level, 16),
      commonCommandSet: set !== undefined,
    });
  }
  return devices;
}

/** /proc/scsi/device_info */
export function parseScsiQuirks(scanner: Scanner): ScsiQuirk[] {
  const quirks: ScsiQuirk[] = [];
  while (!scanner.done) {
    const match = /^'(.*?)' '(.*?)' (0x[0-9a-f]+)$/.exec(scanner.line());
    if (!match) continue;
    const [, vendor = '', model = '', flags = '0'] = match;
    quirks.push({ vendor: vendor.trimEnd(), model: model.trimEnd(), flags: u64(BigInt(flags)) });
  }
  return quirks;
}

/** The files in /proc/scsi/sg, each by its scanner. */
export function parseScsiGeneric(text: (file: string) => string): ScsiGeneric {
  const names = text('device_strs').split('\n').filter(Boolean);
  const devices = text('devices')
    .split('\n')
    .filter((line) => /^-?\d+\t/.test(line))
    .map((line, index): ScsiGenericDevice => {
      const [host = '-1', channel, id, lun, type, opens, queueDepth, busy, online] = line.split('\t');
      const [vendor = '', model = '', revision = ''] = (names[index] ?? '').split('\t');
      return {
        place:
          host === '-1'
            ? undefined
            : { host: Number(host), channel: Number(channel), id: Number(id), lun: u64(BigInt(lun ?? 0)) },
        type: Number(type),
        opens: Number(opens),
        queueDepth: Number(queueDepth),
        busy: Number(busy),
        online: Number(online),
        vendor: host === '-1' ? '' : vendor.trimStart(),
        model: model.trimStart(),
        revision: revision.trimStart(),
      };
    });
  const [version = '0', versionText = ''] = (text('version').split('\n', 1)[0] as string).split('\t');
  return {
    allowsDirect: Number.parseInt(text('allow_dio'), 10) || 0,
    reservedSize: Number.parseInt(text('def_reserved_size'), 10) || 0,
    version: Number(version),
    versionText,
    devices,
  };
}
