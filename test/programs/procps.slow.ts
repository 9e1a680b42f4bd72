/** ps, top, free, vmstat and their like on ours. */

import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import type { Allowance } from '../differential/volatile.ts';
import { type ProgramCase, endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url);
endWorld(world);

/** The id in rows that begin with a user name, and in those that begin with it. */
const AFTER_USER = /^\S+ +(\d+) /;
const FIRST = /^ *(\d+) /;

/** The memory of the program itself depends on what it was told: how much of the C library it has touched. KiB, or pages. */
const own = (line: RegExp): Allowance => ({ line, by: 1024 });
/** The serving process works for the program that is compared, and for nobody when the kernel serves. */
const server: Allowance = { line: /\(serving\)|\bnode\b/, by: 20_000 };
/** What the whole machine does meanwhile. */
const load: Allowance = { line: /load average/, by: 10 };
const processors: Allowance = { line: /^%Cpu/, by: 100 };
const megabytes: Allowance = { line: /^MiB (Mem|Swap)/, by: 1024 };
const states: Allowance = { line: /^(Tasks|Threads):/, by: 3 };
const kilobytes: Allowance = { line: /^(Mem|Swap|Low|High|Total|Comm):|memory$/, by: 1_000_000 };

/** Rates since the last look. */
const rates: Allowance = { line: /^ *\d/, by: 1e9 };
/** Kernel objects come and go all the time. */
const objects: readonly Allowance[] = [{ line: /^ Active/, by: 100_000 }, { line: /^ *\d/, by: 50_000 }];

/** Our server's own open files are files of this machine too. */
const openFiles: Allowance = { line: /^fs\.file-nr/, by: 64 };

/** slabtop's first rows in the order of their names, which come last; and not in that of numbers that move. */
function byName(text: string): string {
  const [head, ...rest] = text.split('\n\n');
  const rows = rest.join('\n\n').split('\n');
  return [head?.replace(/(\d)K/g, '$1 K'), rows[0], ...rows.slice(1, 12).sort((a, b) => (a.slice(a.lastIndexOf(' ')) < b.slice(b.lastIndexOf(' ')) ? -1 : 1))].join('\n');
}

const PS: readonly ProgramCase[] = [
  'ps aux',
  'ps -ef',
  'ps -eLf',
  'ps -eF',
].map((line) => ({ line, row: AFTER_USER, allowances: [own(new RegExp(`${line}$`)), server] }));

/** What changes with the time alone, even of a process that is stopped. */
const AGEING = /^(?:c|cp|cuc|cuu|%cpu|pcpu|etimes?|elapsed)$/;
/** How many columns are looked at in one run. */
const COLUMNS = 8;

/** Every column that ps knows. */
function columns(): ProgramCase[] {
  const { stdout } = spawnSync('ps', ['L'], { encoding: 'utf8' });
  const names = stdout.split('\n').map((line) => line.split(' ', 1)[0] as string).filter(Boolean);
  const lines: ProgramCase[] = [];
  for (let at = 0; at < names.length; at += COLUMNS) {
    const chosen = names.slice(at, at + COLUMNS);
    lines.push({
      line: `ps -eo pid,comm,${chosen.join()}`,
      ...(!chosen.some((name) => AGEING.test(name)) && { row: FIRST }),
      allowances: [own(/^ *\d+ sh /), server],
      edit: withoutItself,
    });
  }
  return lines;
}

/**
 * Without the row of ps itself, whose own figures are of a moment. One of them differs for good: whether it has used a
 * privilege (PF_SUPERPRIV, 4 among its flags), for a FUSE server does not use that of the caller.
 */
function withoutItself(text: string): string {
  return text.replace(/^ *\d+ ps .*\n/gm, '');
}

/** top's first lines, in which columns are as wide as what moves in them, and touch. */
function headed(text: string): string {
  return text.replace(/^(?:%Cpu|[MG]iB|Tasks|Threads).*$/gm, (line) => line.replace(/([,:])(?=\d)/g, '$1 ').replace(/ +/g, ' '));
}

/** top's rows in the order of their ids: which process has just taken most of the processor is of the moment. */
function byId(text: string): string {
  const lines = headed(text).split('\n');
  const first = lines.findIndex((line) => /^ *PID /.test(line)) + 1;
  return [...lines.slice(0, first), ...lines.slice(first).sort((a, b) => Number.parseInt(a) - Number.parseInt(b))].join('\n');
}

/** One blank between columns. */
function singleSpaced(text: string): string {
  return text.replace(/ +/g, ' ');
}

/** Whether a thread of ours is just at work. */
function withoutServerStates(text: string): string {
  return headed(text).replace(/^( *\d+ .*) [RSD] (.* node *)$/gm, '$1 - $2');
}

const TOP = 'top -b -w 200';
const HEAD = [load, processors, megabytes, states];

testPrograms(world, [
  ...PS,
  { line: 'ps axjf', row: /^ *\d+ +(\d+) /, allowances: [own(/ps axjf/)] },
  { line: 'ps axlf', row: /^\d +\d+ +(\d+) /, allowances: [own(/ps axlf/), server] },
  { line: 'ps -ejH', row: FIRST, allowances: [server] },
  { line: 'ps axm -o pid,lwp,pending,blocked,caught' },
  { line: 'ps -T -p 1' },
  { line: 'ps -C subject -o pid,args,wchan:30,lstart,cgroup,label', row: FIRST },
  { line: 'ps --ppid 1 -o pid,ppid,cls,rtprio,nice,psr,ni,numa' },
  { line: 'ps -U 65534 -u 65534 u', row: AFTER_USER },
  { line: 'ps eww -A', row: FIRST, allowances: [own(/ps eww/)] },
  ...columns(),
  { line: `${TOP} -n1`, row: FIRST, edit: byId, allowances: [own(/ top *$/), server, ...HEAD] },
  { line: `${TOP} -n2 -d0.1 -o PID`, row: FIRST, edit: headed, allowances: [own(/ top *$/), server, ...HEAD] },
  { line: `${TOP} -n1 -H -o PID`, row: FIRST, edit: withoutServerStates, allowances: [own(/ top *$/), server, ...HEAD] },
  { line: `${TOP} -n1 -c -o PID`, row: FIRST, edit: headed, allowances: [own(/ top -b/), server, ...HEAD] },
  { line: `${TOP} -n1 -p 1`, edit: headed, allowances: HEAD },
  { line: `${TOP} -n1 -1 -E g -e m -o PID`, row: FIRST, edit: headed, allowances: [own(/ top *$/), server, { line: /^GiB/, by: 1 }, ...HEAD] },
  ...['free', 'free -h', 'free -wlv', 'free -t', 'free --bytes'].map((line) => ({ line, allowances: [kilobytes] })),
  { line: 'vmstat 1 2', edit: singleSpaced, allowances: [rates] },
  { line: 'vmstat -w', edit: singleSpaced, allowances: [rates] },
  { line: 'vmstat -a', edit: singleSpaced, allowances: [rates] },
  { line: 'vmstat -s', allowances: [rates] },
  { line: 'vmstat -d' },
  { line: 'vmstat -D' },
  { line: 'vmstat -m' },
  { line: 'vmstat -f' },
  { line: `vmstat -p $(awk '$3 ~ /[0-9]$/ { print $3; exit }' /proc/diskstats)`, status: 'same', silent: true },
  { line: 'uptime', allowances: [load] },
  { line: 'uptime -p' },
  { line: 'uptime -s' },
  { line: 'w', allowances: [load] },
  { line: 'w -hs', silent: true },
  { line: 'pgrep -a .' },
  { line: 'pgrep -lf subject' },
  { line: 'pgrep -u nobody -l' },
  { line: 'pgrep -w -x subject' },
  { line: 'pgrep -r T -l .' },
  { line: 'pgrep --ns 1 --nslist pid .' },
  { line: 'pidof subject' },
  { line: 'pidwait -e nothing', status: 1, silent: true },
  { line: 'pwdx 1 $(pgrep subject)', status: 1 },
  ...['', '-x', '-X', '-XX', '-d', '-p'].map((option) => ({ line: `pmap ${option} $(pgrep subject)` })),
  { line: 'slabtop -o', edit: byName, allowances: objects },
  { line: 'slabtop -o -s n', edit: byName, allowances: objects },
  { line: 'sysctl -a', allowances: [openFiles] },
  { line: 'sysctl kernel.osrelease vm.swappiness net.ipv4.ip_forward' },
]);

test.run();
