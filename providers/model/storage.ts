/** Software RAID and SCSI. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface StorageView {
  /** /proc/mdstat */
  raid(): RaidStatus;
  /** /proc/scsi/scsi */
  scsiDevices(): readonly ScsiDevice[];
  /** Adds or removes a device, as a write to /proc/scsi/scsi does. Errors: EINVAL, ENODEV, ENXIO. */
  changeScsiDevices(change: ScsiChange): Errno | 0;
  /** /proc/scsi/device_info: devices that need special treatment. */
  scsiQuirks(): readonly ScsiQuirk[];
  /** /proc/scsi/sg */
  scsiGeneric(): ScsiGeneric;
}

export interface RaidStatus {
  /** The levels that the kernel knows now, as `raid1`. */
  readonly personalities: readonly string[];
  readonly arrays: readonly RaidArray[];
  /** Devices that belong to no array yet. */
  readonly unused: readonly string[];
}

export interface RaidArray {
  readonly name: string;
  readonly state: 'active' | 'broken' | 'inactive';
  readonly access: 'read-only' | 'auto-read-only' | undefined;
  /** As `raid5`; absent for an inactive array. */
  readonly personality: string | undefined;
  readonly members: readonly RaidMember[];
  /** KiB; absent without members. */
  readonly size: U64 | undefined;
  /** The format of the metadata, as `1.2`, `external:imsm`, `non-persistent`; absent for 0.90. */
  readonly metadata: string | undefined;
  readonly layout: RaidLayout;
  readonly sync: RaidSync | undefined;
  readonly bitmap: RaidBitmap | undefined;
}

export interface RaidMember {
  readonly device: string;
  readonly number: number;
  /** W write-mostly, J journal, F faulty, S spare, R replacement. */
  readonly flags: string;
}

/** What a personality tells, each absent where it does not. */
export interface RaidLayout {
  readonly level: number | undefined;
  /** KiB */
  readonly chunk: number | undefined;
  readonly algorithm: number | undefined;
  readonly nearCopies: number | undefined;
  readonly farCopies: number | undefined;
  readonly offsetCopies: number | undefined;
  /** U up, _ missing. */
  readonly disks: { readonly total: number; readonly working: number; readonly states: string } | undefined;
}

export type RaidSync =
  | { readonly waits: 'DELAYED' | 'PENDING' | 'REMOTE' }
  | {
      readonly waits: undefined;
      readonly action: 'reshape' | 'check' | 'resync' | 'recovery';
      /** Tenths of a percent. */
      readonly done: number;
      /** KiB */
      readonly position: U64;
      readonly end: U64;
      /** Tenths of a minute. */
      readonly finish: U64;
      /** KiB a second. */
      readonly speed: number;
    };

export interface RaidBitmap {
  readonly pages: U64;
  readonly allPages: U64;
  /** KiB */
  readonly memory: U64;
  readonly chunk: U64;
  readonly unit: 'KB' | 'B';
  /** The file that it is kept in, if any. */
  readonly file: string | undefined;
}

/** A place on a SCSI bus. */
export interface ScsiPlace {
  readonly host: number;
  readonly channel: number;
  readonly id: number;
  readonly lun: U64;
}

export interface ScsiDevice extends ScsiPlace {
  readonly vendor: string;
  readonly model: string;
  readonly revision: string;
  /** As `Direct-Access`. */
  readonly type: string;
  /** The level of the standard, and whether it is SCSI 1 with the Common Command Set. */
  readonly level: number;
  readonly commonCommandSet: boolean;
}

export interface ScsiChange extends ScsiPlace {
  readonly action: 'add' | 'remove';
}

export interface ScsiQuirk {
  readonly vendor: string;
  readonly model: string;
  readonly flags: U64;
}

export interface ScsiGeneric {
  readonly allowsDirect: number;
  /** Bytes. */
  readonly reservedSize: number;
  /** As 30536, and with the date. */
  readonly version: number;
  readonly versionText: string;
  readonly devices: readonly ScsiGenericDevice[];
}

/** A generic device; `place` is absent for one that is gone. */
export interface ScsiGenericDevice {
  readonly place: ScsiPlace | undefined;
  readonly type: number;
  readonly opens: number;
  readonly queueDepth: number;
  readonly busy: number;
  readonly online: number;
  readonly vendor: string;
  readonly model: string;
  readonly revision: string;
}
