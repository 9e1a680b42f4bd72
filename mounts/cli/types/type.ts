/** What the command line knows of a type of file system; each type is a module beside this one, listed in `all.ts`. */

import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import type { TreeDescription } from '../trees.ts';

/** An option of `-o` that is the type's own. */
export interface TypeOption<Own> {
  /** What the value is called; absent for an option without one. */
  readonly value?: string;
  /** A line for `--help`; empty for what another line explains. */
  readonly help: string;
  /** What the option makes of what there is; or why its value is no good. */
  read(value: string, own: Own): Partial<Own> | string;
}

/** What the options say that all types have, and those of the type itself. */
export interface MountOptions<Own extends object = object> {
  readonly readOnly: boolean;
  /** Whether other users than the mounting one may use the mount; undefined: as is usual for the user. */
  readonly allowOther: boolean | undefined;
  /** Options that mount tables show and the kernel enforces: nosuid, nodev, noexec. */
  readonly flags: readonly string[];
  /** May the target be a mount point already? */
  readonly cover: boolean;
  /** In fstab: not for `mount -a`. */
  readonly noAuto: boolean;
  readonly own: Own;
}

/** A tree to be described. */
export interface Described<Own extends object> {
  /** Where it is mounted; undefined for a tree that is not. */
  readonly target: string | undefined;
  /** What mount tables show; what `findSource` returned, where the type has it. */
  readonly label: string;
  readonly options: MountOptions<Own>;
}

export interface MountType<Own extends object = object> {
  readonly name: string;
  /** For `mount --help`, behind the name. */
  readonly summary: string;
  /** What mount tables show where the command line names no SOURCE. */
  readonly label: string;
  /** What `serve` calls it where nothing else is said; absent for what cannot be exported by its type. */
  readonly exportName?: string;
  /** nosuid, nodev, noexec: those that are set unless the options say otherwise. */
  readonly safe: readonly ('nosuid' | 'nodev' | 'noexec')[];
  /**
   * Whether the kernel checks permissions (default_permissions). It has to where it may remember names, for it walks over
   * them without asking us.
   */
  readonly kernelChecks: boolean;
  /** Whether the kernel has a type of that name itself: `mount -a` takes only what it is asked to take. */
  readonly kernelHas?: boolean;
  /** Whether what a mount covers is mostly what it shows, so that the programs needed to serve it may be below. */
  readonly mayHideTools?: boolean;
  /** Served by a module that turns requests into others, rather than from a tree. */
  readonly proxy?: boolean;
  /** The type's own options without any word. */
  defaults(): Own;
  readonly options: Readonly<Record<string, TypeOption<Own>>>;
  /** The options that a live mount can change, by `compatfs set`. */
  readonly changeable?: readonly string[];
  /** What a changeable option comes to that is set to nothing; undefined for one that has to have a value. */
  unset?(option: string): object | undefined;
  /** What `set` tells the tree: the type's own options as the words alone say them. */
  changes?(said: Partial<Own>): unknown;
  /** What SOURCE means, for a type that has to have one. Throws a Failure. */
  findSource?(source: string | undefined, options: MountOptions<Own>): Promise<string>;
  /** Refuses options that do not go together. Throws a Failure. */
  check?(own: Own): void;
  /** Refuses a mount point, absolute and without links, that does not go with what is shown. Throws a Failure. */
  checkTarget?(target: string, source: string, options: MountOptions<Own>): Promise<void> | void;
  /** The options for other machines, where links to this one's files mean nothing. */
  exported?(own: Own): Own;
  /** Where the data comes from, for `status`. */
  origin(tree: Described<Own>): string;
  /** Whether it takes the /proc of a Linux that we run on. Absent: it does, be it to find out who asks. */
  needsHost?(own: Own): boolean;
  /** What whoever serves it is told to build. */
  describe(tree: Described<Own>, roots: HostRoots): TreeDescription | object;
}
