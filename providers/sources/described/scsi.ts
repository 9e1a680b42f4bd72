/** SCSI hosts with what is attached to them. */

import type { DescribedDevice } from './devices.ts';
import type { Contents } from './object-tree.ts';

/** A host adapter. */
export interface DescribedScsiHost {
  /** The device that it is of. */
  readonly parent: string;
  readonly number: number;
  /** The driver's name in procfs. */
  readonly driverName: string;
  readonly queueDepth: number;
  readonly attributes?: Contents;
}

/** The host as devices: on the bus, and of the class. */
export function scsiHost({ parent, number, driverName, queueDepth, attributes }: DescribedScsiHost): DescribedDevice[] {
  const path = `${parent}/host${number}`;
  return [
    { path, bus: 'scsi', deviceType: 'scsi_host' },
    {
      path: `${path}/scsi_host/host${number}`,
      class: 'scsi_host',
      attributes: {
        active_mode: 'Initiator',
        can_queue: queueDepth,
        cmd_per_lun: 1,
        eh_deadline: 'off',
        host_busy: 0,
        host_reset: null,
        nr_hw_queues: 1,
        proc_name: driverName,
        prot_capabilities: 0,
        prot_guard_type: 0,
        scan: null,
        sg_prot_tablesize: 0,
        sg_tablesize: 168,
        state: 'running',
        supported_mode: 'Initiator',
        unique_id: number + 1,
        use_blk_mq: 1,
        ...attributes,
      },
    },
  ];
}

/** A logical unit. */
export interface DescribedScsiDevice {
  /** The path of the host's device. */
  readonly host: string;
  readonly address: { readonly host: number; readonly channel: number; readonly target: number; readonly lun: number };
  /** Peripheral device type: 0 a disk, 5 a CD-ROM drive. */
  readonly type: number;
  /** As the kernel counts: one more than the standard says, so 6 for SPC-3. */
  readonly level: number;
  /** Filled up with blanks to 8, 16 and 4 bytes. */
  readonly vendor: string;
  readonly model: string;
  readonly revision: string;
  readonly driver?: string;
  /** The number of its generic device. */
  readonly generic: number;
  readonly queueDepth: number;
  /** Seconds. */
  readonly timeout: number;
  readonly attributes?: Contents;
}

/** SCSI_GENERIC_MAJOR */
const GENERIC_MAJOR = 21;

/** The path of a unit's device. */
export function scsiDevicePath({ host, address }: Pick<DescribedScsiDevice, 'host' | 'address'>): string {
  const { channel, target, lun } = address;
  return `${host}/target${address.host}:${channel}:${target}/${address.host}:${channel}:${target}:${lun}`;
}

/** The unit as devices: its target, itself on the bus, and of the classes. */
export function scsiDevice(described: DescribedScsiDevice): DescribedDevice[] {
  const { type, level, driver, generic } = described;
  const path = scsiDevicePath(described);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const modalias = `scsi:t-0x${type.toString(16).padStart(2, '0')}`;
  return [
    { path: path.slice(0, path.lastIndexOf('/')), bus: 'scsi', deviceType: 'scsi_target' },
    {
      path,
      bus: 'scsi',
      deviceType: 'scsi_device',
      ...(driver !== undefined && { driver }),
      environment: [['MODALIAS', modalias]],
      attributes: {
        delete: null,
        device_blocked: 0,
        device_busy: 0,
        eh_timeout: 10,
        iocounterbits: 32,
        iodone_cnt: 0,
        ioerr_cnt: 0,
        iorequest_cnt: 0,
        iotmo_cnt: 0,
        modalias,
        model: described.model.padEnd(16),
        queue_depth: described.queueDepth,
        queue_type: described.queueDepth > 1 ? 'simple' : 'none',
        rescan: null,
        rev: described.revision.padEnd(4),
        scsi_level: level,
        state: 'running',
        timeout: described.timeout,
        type,
        vendor: described.vendor.padEnd(8),
        ...described.attributes,
      },
      links: { generic: `devices/${path}/scsi_generic/sg${generic}` },
    },
    { path: `${path}/scsi_device/${name}`, class: 'scsi_device' },
    {
      path: `${path}/scsi_generic/sg${generic}`,
      class: 'scsi_generic',
      node: { major: GENERIC_MAJOR, minor: generic, name: `sg${generic}` },
    },
  ];
}

/** What the disk driver adds for a unit that is a disk. */
export function scsiDisk(path: string, attributes: Contents = {}): DescribedDevice {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    path: `${path}/scsi_disk/${name}`,
    class: 'scsi_disk',
    attributes: {
      FUA: 0,
      allow_restart: 1,
      app_tag_own: 0,
      cache_type: 'write back',
      manage_runtime_start_stop: 1,
      manage_shutdown: 0,
      manage_system_start_stop: 1,
      max_medium_access_timeouts: 2,
      max_retries: 5,
      max_write_same_blocks: 0,
      protection_mode: 'none',
      protection_type: 0,
      provisioning_mode: 'full',
      thin_provisioning: 0,
      zeroing_mode: 'write',
      ...attributes,
    },
  };
}
