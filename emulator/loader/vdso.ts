/**
 * The library that every program finds in its memory, [vdso] (vdso(7)): time and place, without the trouble of a system call on a real machine.
 * Here a system call costs next to nothing, so its functions make one. They are versioned LINUX_2.6, and also there without their prefix.
 */

import { buildSharedObject } from './elf-writer.ts';

/** Functions with the system calls that they make. */
const FUNCTIONS: readonly (readonly [string, number])[] = [
  ['clock_gettime', 228],
  ['gettimeofday', 96],
  ['clock_getres', 229],
  ['time', 201],
  ['getcpu', 309],
];

/** mov $number, %eax; syscall; ret; and padding to 16 bytes. */
function code(number: number): number[] {
  const bytes = [0xb8, number & 0xff, number >> 8, 0, 0, 0x0f, 0x05, 0xc3];
  while (bytes.length < 16) bytes.push(0x90);
  return bytes;
}

/** The version of Linux that the image tells, as LINUX_VERSION_CODE: 6.1, until another is written at VDSO_VERSION_AT. */
const VERSION = Uint8Array.of(0, 1, 6, 0);

/** Its image: a page, to be mapped where it likes. */
export const VDSO_IMAGE: Uint8Array = buildSharedObject({
  name: 'linux-vdso.so.1',
  version: 'LINUX_2.6',
  // The note by which the C library knows the kernel without asking it; there it finds that a kernel is too old.
  note: { name: 'Linux', type: 0, content: VERSION },
  text: Uint8Array.from(FUNCTIONS.flatMap(([, number]) => code(number))),
  symbols: FUNCTIONS.flatMap(([name], index) => [
    { name: `__vdso_${name}`, offset: index * 16, size: 8, weak: false },
    { name, offset: index * 16, size: 8, weak: true },
  ]),
});

/** Where in the image the version is, four bytes: the note's name is before it. */
export const VDSO_VERSION_AT: number = Buffer.from(VDSO_IMAGE).indexOf('Linux\0\0\0') + 8;
