/** The page that tells users which system calls are done and how far: docs/compatibility.md, made from the table. */

import type { Level, Row, SyscallTable } from './row.ts';

const TITLES: Readonly<Record<Level, string>> = {
  full: 'as in Linux',
  partial: 'in part',
  accepted: 'accepted',
  capability: 'refused',
  absent: 'absent',
};

function line(number: number, { name, level, note }: Row): string {
  return `| ${number} | \`${name}\` | ${TITLES[level]} | ${note.replaceAll('|', '\\|')} |`;
}

/** The page as text. */
export function compatibilityPage({ name, rows }: SyscallTable): string {
  const known = rows.flatMap((row, number) => (row ? [{ row, number }] : []));
  const count = (...levels: Level[]): number => known.filter(({ row }) => levels.includes(row.level)).length;
  return `<!-- Made from emulator/syscalls/table-x64.ts; a test checks that it is. node dist/test/emulator/write-compatibility.js writes it. -->

# System calls of the emulator

The table of ${name} has ${known.length} calls: ${count('full')} are as in Linux, ${count('partial')} in part, ${count('accepted')} succeed without doing
anything, ${count('capability')} are refused, ${count('absent')} are absent.

- *as in Linux*: arguments, results and errors are the kernel's, as far as it is known.
- *in part*: as in Linux, but for what the note says.
- *accepted*: succeeds without doing anything, for the reason given.
- *refused*: EPERM without the capability that it takes, and ENOSYS with it.
- *absent*: ENOSYS (or the error that programs expect), and why. Using one is reported to whoever watches (\`compatfs run --strace\`).

| number | call | how far | note |
|---:|---|---|---|
${known.map(({ row, number }) => line(number, row)).join('\n')}
`;
}
