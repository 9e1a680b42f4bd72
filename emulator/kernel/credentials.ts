/** Who a task is: ids, groups and capabilities (credentials(7), capabilities(7)). An object is never changed: tasks get another. */

/** The highest capability (CAP_CHECKPOINT_RESTORE). */
export const CAP_LAST = 40;

/** A set of capabilities: bit N of 64. */
export interface CapabilitySet {
  readonly low: number;
  readonly high: number;
}

export const NO_CAPABILITIES: CapabilitySet = { low: 0, high: 0 };
export const ALL_CAPABILITIES: CapabilitySet = { low: -1, high: (1 << (CAP_LAST - 31)) - 1 };

/** Whether a set has a capability. */
export function hasCapability(set: CapabilitySet, capability: number): boolean {
  return capability < 32 ? (set.low & (1 << capability)) !== 0 : (set.high & (1 << (capability - 32))) !== 0;
}

/** Securebits (linux/securebits.h). */
export const SECBIT_NOROOT = 1;
export const SECBIT_NO_SETUID_FIXUP = 4;
export const SECBIT_KEEP_CAPS = 0x10;
export const SECBIT_NO_CAP_AMBIENT_RAISE = 0x40;

export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly effective: CapabilitySet;
  readonly permitted: CapabilitySet;
  readonly inheritable: CapabilitySet;
  readonly bounding: CapabilitySet;
  readonly ambient: CapabilitySet;
  readonly securebits: number;
}

/** The credentials of a user's first process. */
export function credentialsOf(uid: number, gid: number, groups: readonly number[] = []): Credentials {
  const capabilities = uid === 0 ? ALL_CAPABILITIES : NO_CAPABILITIES;
  return {
    uid,
    euid: uid,
    suid: uid,
    fsuid: uid,
    gid,
    egid: gid,
    sgid: gid,
    fsgid: gid,
    groups,
    effective: capabilities,
    permitted: capabilities,
    inheritable: NO_CAPABILITIES,
    bounding: ALL_CAPABILITIES,
    ambient: NO_CAPABILITIES,
    securebits: 0,
  };
}

/** File system capabilities, which follow the file system id. */
const FS_CAPABILITIES = 0x0000_001f | (1 << 27) | (1 << 9);

/**
 * What a change of user ids does to capabilities (cap_emulate_setxuid in security/commoncap.c): the last id 0 that goes takes them
 * along, and an effective id 0 that comes brings what is permitted.
 */
export function withIds(old: Credentials, change: Partial<Credentials>): Credentials {
  const next: Credentials = { ...old, ...change };
  if (old.securebits & SECBIT_NO_SETUID_FIXUP) return next;
  let { effective, permitted, ambient } = next;
  const wasRoot = old.uid === 0 || old.euid === 0 || old.suid === 0;
  const isRoot = next.uid === 0 || next.euid === 0 || next.suid === 0;
  if (wasRoot && !isRoot) {
    if (!(old.securebits & SECBIT_KEEP_CAPS)) {
      permitted = NO_CAPABILITIES;
      effective = NO_CAPABILITIES;
    }
    ambient = NO_CAPABILITIES;
  }
  if (old.euid === 0 && next.euid !== 0) effective = NO_CAPABILITIES;
  if (old.euid !== 0 && next.euid === 0) effective = permitted;
  return { ...next, effective, permitted, ambient };
}

/** What setfsuid(2) does to capabilities. */
export function withFsUid(old: Credentials, fsuid: number): Credentials {
  const next: Credentials = { ...old, fsuid };
  if (old.securebits & SECBIT_NO_SETUID_FIXUP) return next;
  const { effective, permitted } = old;
  if (old.fsuid === 0 && fsuid !== 0) return { ...next, effective: { ...effective, low: effective.low & ~FS_CAPABILITIES } };
  if (old.fsuid !== 0 && fsuid === 0) return { ...next, effective: { ...effective, low: effective.low | (permitted.low & FS_CAPABILITIES) } };
  return next;
}
