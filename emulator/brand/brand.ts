/**
 * Brands: whose programs a file is one of, as FreeBSD's imgact_elf(9) has them. What differs between systems hangs on the brand of the program
 * that runs: where its interpreter is, its root, its system calls.
 */

import { ELFCLASS32, ELFCLASS64, EM_386, EM_X86_64 } from '../loader/elf.ts';

/** A brand. `Syscalls` is the table of its system calls, which the kernel has. */
export interface Brand<Syscalls = unknown> {
  /** Names it in settings: `linux64`. */
  readonly name: string;
  /** What brandelf(1) calls it, and what the old place in the header says. */
  readonly label: string;
  /** EI_OSABI. */
  readonly osabi: number;
  readonly elfClass: number;
  readonly machine: number;
  /** The note in which its linkers say that they made the file. */
  readonly note?: { readonly name: string; readonly type: number; readonly system?: number };
  /** Interpreters that only its programs have. */
  readonly interpreters: readonly string[];
  /** Where its programs look for files first. */
  readonly emulationPath?: string;
  /** AT_PLATFORM. */
  readonly platform?: string;
  /** Set where there is code that runs it; otherwise it is known and refused. */
  readonly runs: boolean;
  readonly syscalls?: Syscalls;
}

const LINUX_NOTE = { name: 'GNU', type: 1, system: 0 } as const;
const FREEBSD_NOTE = { name: 'FreeBSD', type: 1 } as const;

/** Linux on x86-64. */
export const LINUX64: Brand = {
  name: 'linux64',
  label: 'Linux',
  osabi: 3,
  elfClass: ELFCLASS64,
  machine: EM_X86_64,
  note: LINUX_NOTE,
  interpreters: ['/lib64/ld-linux-x86-64.so.2', '/lib64/ld-linux.so.2', '/lib/ld-musl-x86_64.so.1'],
  emulationPath: '/compat/linux',
  platform: 'x86_64',
  runs: true,
};

/** Linux on i386. */
export const LINUX32: Brand = {
  name: 'linux32',
  label: 'Linux',
  osabi: 3,
  elfClass: ELFCLASS32,
  machine: EM_386,
  note: LINUX_NOTE,
  interpreters: ['/lib/ld-linux.so.2', '/lib/ld-linux.so.1', '/lib/ld-musl-i386.so.1'],
  emulationPath: '/compat/linux',
  platform: 'i686',
  runs: false,
};

/** FreeBSD on amd64, which is only known so that its programs are not taken for others. */
export const FREEBSD64: Brand = {
  name: 'freebsd64',
  label: 'FreeBSD',
  osabi: 9,
  elfClass: ELFCLASS64,
  machine: EM_X86_64,
  note: FREEBSD_NOTE,
  interpreters: ['/libexec/ld-elf.so.1'],
  runs: false,
};

/** FreeBSD on i386. */
export const FREEBSD32: Brand = { ...FREEBSD64, name: 'freebsd32', elfClass: ELFCLASS32, machine: EM_386, interpreters: ['/libexec/ld-elf32.so.1', '/libexec/ld-elf.so.1'] };

/** All of them, in the order in which they are asked. */
export const BRANDS: readonly Brand[] = [LINUX64, LINUX32, FREEBSD64, FREEBSD32];
