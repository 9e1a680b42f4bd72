/** compatfs run */

import { BRANDS } from '../../../emulator/brand/brand.ts';
import type { Command } from '../command.ts';

export const run: Command = {
  name: 'run',
  forms: ['[OPTION..] [--] PROGRAM [ARG..]'],
  summary: 'Runs a Linux x86-64 program in the emulator',
  options: {
    root: { value: 'DIR', help: "the directory of this machine that is the program's / (default /)" },
    writable: { help: 'what the program changes below DIR is changed there; otherwise it is kept in memory, and forgotten' },
    mount: { value: 'TYPE:TARGET', help: 'mounts a proc, sysfs, devfs, tmpfs or fdescfs at TARGET too' },
    env: { short: 'e', value: 'NAME=VALUE', help: 'a variable of the environment besides our own; NAME alone takes one away' },
    cwd: { value: 'DIR', help: "the program's working directory (default: ours where DIR of --root is /, and else /)" },
    user: { short: 'u', value: 'USER[:GROUP]', help: "who it runs as, by the guest's /etc/passwd or number (default: we)" },
    osrelease: { value: 'RELEASE', help: 'what uname -r says' },
    hostname: { value: 'NAME', help: 'what uname -n says' },
    cpus: { value: 'NUMBER', help: 'how many processors it is told of (default 1)' },
    memory: { value: 'MIB', help: 'how much memory it is told of (default 4096)' },
    emul: { value: 'DIR', help: "paths are looked up in this directory of the program's tree first, as FreeBSD does in /compat/linux" },
    'emul-freebsd': { help: "the same by FreeBSD's own rules, whatever they do" },
    brands: { value: 'NAMES', help: `whose programs run, with commas between: of ${BRANDS.map(({ name }) => name).join(', ')} (default all)` },
    interpret: { help: 'interprets everything: nothing is translated' },
    'check-memory': { help: 'finds every access to memory that the program may not use; without, small mistakes may go unnoticed' },
    strace: { value: 'FILE', optional: true, help: 'prints its system calls as strace does, on standard error or to FILE' },
    stats: { help: 'prints tables of what it did on standard error: times, system calls, translated code, functions' },
    profile: { value: 'FILE', help: 'writes where it spent its time to FILE: for speedscope, or collapsed stacks where FILE ends in .collapsed' },
    unsupported: { help: 'tells on standard error what it asks for that is not done' },
    help: { short: 'h', help: 'print this' },
  },
  notes: [
    'A PROGRAM without a slash is looked for in the PATH of the program. It gets our standard input, output and error, and nothing',
    'else of this machine but what is below DIR. In it are mounted a /proc, /sys, /dev and /dev/shm that tell of the guest.',
    '',
    "The exit status is the program's own; 127 if it was not found, 126 if it could not be run. A signal that ends the program",
    'ends compatfs as well, or gives 128 and its number.',
  ].join('\n'),
  runsProgram: true,
  // The emulator takes longer to load than all else that commands need.
  run: async (words) => (await import('./run-program.ts')).runProgram(words),
};
