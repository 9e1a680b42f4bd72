/** Disks, mounts and transfers: systeminformation's blockDevices(), fsSize(), disksIO(), fsStats() and fsOpenFiles(). */

import type { Counters } from './counters.ts';
import type { Finding, Platform } from './parts.ts';
import type { DeviceFacts, MountFacts, Snapshot, TransferFacts } from './snapshot.ts';
import { bytes, count, fields, plainName, records } from './values.ts';

/** Largest name of a disk, bytes (DISK_NAME_LEN less its NUL). */
const LONGEST_NAME = 31;
/** The major number of disks that have no other, of SCSI disks, and how many minors one of those has. */
const BLOCK_EXTENDED = 259;
const SCSI_DISK = 8;
const SCSI_MINORS = 16;

export function mapDisks({ results, platform }: Pick<Finding, 'results' | 'platform'>): Snapshot['disks'] {
  const said = records(results['devices']);
  const mounts = records(results['mounts']);
  // Where disks are not told, what is mounted from /dev is taken for such.
  const rows =
    said.length > 0
      ? said
      : mounts.filter((each) => bytes(each['fs']).startsWith('/dev/')).map((each) => ({ name: bytes(each['fs']).slice(5), type: 'disk', size: each['size'] }));
  return { devices: mapDevices(rows), mounts: mapMounts(mounts, platform) };
}

function mapDevices(rows: ReturnType<typeof records>): DeviceFacts[] {
  const found = new Map<string, Omit<DeviceFacts, 'major' | 'minor'>>();
  for (const each of rows) {
    const name = plainName(each['name'], LONGEST_NAME);
    const size = count(each['size'], 0);
    if (name === '' || name === '.' || name === '..' || found.has(name) || size < 1024) continue;
    const parent = plainName(bytes(each['device']).replace(/^\/dev\//, ''), LONGEST_NAME);
    const part = bytes(each['type']) === 'part';
    found.set(name, {
      name,
      bytes: size,
      rotational: bytes(each['physical']).toUpperCase() === 'HDD',
      removable: each['removable'] === true,
      within: part && parent !== name && name.startsWith(parent) && parent !== '' ? parent : undefined,
    });
  }
  const taken = new Set<number>();
  let next = 0;
  return [...found.values()].map((device) => {
    const scsi = scsiNumber(device.name);
    if (scsi !== undefined && !taken.has(scsi)) {
      taken.add(scsi);
      return { ...device, major: SCSI_DISK, minor: scsi, within: knownDisk(device.within, found) };
    }
    return { ...device, major: BLOCK_EXTENDED, minor: next++, within: knownDisk(device.within, found) };
  });
}

function knownDisk(name: string | undefined, found: ReadonlyMap<string, unknown>): string | undefined {
  return name !== undefined && found.has(name) ? name : undefined;
}

/** The minor number of sda to sdp and their partitions. */
function scsiNumber(name: string): number | undefined {
  const [, letter, part = '0'] = /^sd([a-p])(\d{0,2})$/.exec(name) ?? [];
  const number = Number(part);
  return letter === undefined || number >= SCSI_MINORS ? undefined : (letter.charCodeAt(0) - 0x61) * SCSI_MINORS + number;
}

/** A path as Linux would have it: drives are directories below /mnt, as in WSL. */
export function linuxPath(path: string, platform: Platform): string {
  const [, drive, rest = ''] = platform === 'win32' ? (/^([A-Za-z]):(.*)$/s.exec(path) ?? []) : [];
  return drive === undefined ? path : `/mnt/${drive.toLowerCase()}${rest.replaceAll('\\', '/').replace(/\/$/, '')}`;
}

function mapMounts(rows: ReturnType<typeof records>, platform: Platform): MountFacts[] {
  const mounts = rows.flatMap((each): MountFacts[] => {
    const point = linuxPath(bytes(each['mount']), platform);
    if (!point.startsWith('/')) return [];
    return [
      {
        source: bytes(each['fs']) || 'none',
        type: plainName(bytes(each['type']).toLowerCase(), LONGEST_NAME) || 'unknown',
        point,
        // On Linux nothing is known of what is mounted from no path.
        readOnly: each['rw'] === false && (platform !== 'linux' || bytes(each['fs']).startsWith('/')),
      },
    ];
  });
  return mounts.filter(({ point }, at) => mounts.findIndex((other) => other.point === point) === at);
}

export function mapTransfers({ results }: Pick<Finding, 'results'>, counters: Counters): TransferFacts {
  const requests = fields(results['requests']);
  const amounts = fields(results['amounts']);
  const files = fields(results['files']);
  const at = (from: typeof requests, field: string): number => counters.at(`disks.${field}`, count(from[field], 0));
  return {
    reads: at(requests, 'rIO'),
    writes: at(requests, 'wIO'),
    readTime: at(requests, 'rWaitTime'),
    writeTime: at(requests, 'wWaitTime'),
    weightedTime: at(requests, 'tWaitTime'),
    readBytes: at(amounts, 'rx'),
    writtenBytes: at(amounts, 'wx'),
    openFiles: count(files['allocated'], 0),
    mostOpenFiles: count(files['max'], 0),
  };
}
