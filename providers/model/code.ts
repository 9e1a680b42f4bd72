/** What the kernel is made of: modules, symbols, drivers' registrations. */

import type { U64 } from '../../fs/u64.ts';

export interface CodeView {
  /** /proc/modules, the last loaded first. */
  modules(): readonly Module[];
  /** /proc/kallsyms: tells each symbol in the kernel's order. There are a hundred thousand: they are never a list. */
  eachSymbol(tell: TellSymbol): void;
  /** /proc/crypto, the last registered first. */
  cryptoAlgorithms(): readonly CryptoAlgorithm[];
  /** /proc/execdomains */
  executionDomains(): readonly ExecutionDomain[];
  /** /proc/cgroups */
  cgroupControllers(): readonly CgroupController[];
  /**
   * /proc/keys: those that a user may see, as far as the source can ask as that user, and otherwise those that it may see
   * itself. There may be some among them that the user may not see.
   */
  keys(uid: number, gid: number): readonly Key[];
  /** /proc/key-users */
  keyUsers(): readonly KeyUser[];
  /** /proc/config.gz: the build configuration, compressed as the build did it. */
  buildConfiguration(): Uint8Array;
}

/** Takes a symbol: the halves of its address, 32 bits each, the letter of its type, its name and its module. */
export type TellSymbol = (high: number, low: number, type: number, name: string, module: string | undefined) => void;

export interface Module {
  readonly name: string;
  /** Bytes. */
  readonly size: U64;
  /** Who uses it; absent where modules cannot be unloaded. */
  readonly use: ModuleUse | undefined;
  readonly state: 'Live' | 'Loading' | 'Unloading';
  /** 0 when the source may not see it. */
  readonly address: U64;
  /** The letters of the taint flags that it set, or empty. */
  readonly taints: string;
}

export interface ModuleUse {
  readonly count: number;
  /** Modules that depend on it. */
  readonly users: readonly string[];
  /** It has no exit function, so it stays. */
  readonly permanent: boolean;
}

export interface CryptoAlgorithm {
  readonly name: string;
  readonly driver: string;
  /** `kernel` for one that is built in. */
  readonly module: string;
  readonly priority: number;
  readonly references: number;
  /** Whether it passed its self-test. */
  readonly tested: boolean;
  readonly internal: boolean;
  /** Absent where the kernel has no FIPS mode. */
  readonly fips: boolean | undefined;
  /** As `shash`; a `larval` one is still being looked for. */
  readonly type: string;
  /** What else is told of the type, as `blocksize`, in the kernel's order. */
  readonly details: ReadonlyMap<string, U64 | string>;
}

export interface ExecutionDomain {
  readonly low: number;
  readonly high: number;
  readonly name: string;
  readonly module: string;
}

export interface CgroupController {
  readonly name: string;
  /** The version 1 hierarchy that it is in; 0 for version 2. */
  readonly hierarchy: number;
  readonly groups: number;
  readonly enabled: boolean;
}

/** How long a key lives: for ever, no longer, or an amount of seconds, minutes, hours, days or weeks. */
export type KeyTimeout = 'perm' | 'expd' | { readonly amount: U64; readonly unit: 's' | 'm' | 'h' | 'd' | 'w' };

export interface Key {
  readonly serial: number;
  readonly flags: {
    readonly instantiated: boolean;
    readonly revoked: boolean;
    readonly dead: boolean;
    readonly inQuota: boolean;
    readonly underConstruction: boolean;
    readonly negative: boolean;
    readonly invalidated: boolean;
  };
  readonly usage: number;
  readonly timeout: KeyTimeout;
  /** Bytes of permissions: possessor, user, group and others, from the highest. */
  readonly permissions: number;
  readonly uid: number;
  readonly gid: number;
  /** As `keyring`; at most nine bytes of it are shown. */
  readonly type: string;
  /** The description, and what the type adds to it. */
  readonly description: string;
}

export interface KeyUser {
  readonly uid: number;
  readonly references: number;
  readonly keys: number;
  readonly instantiatedKeys: number;
  /** Counted against the quotas that follow them. */
  readonly quotaKeys: number;
  readonly maxKeys: number;
  readonly quotaBytes: number;
  readonly maxBytes: number;
}
