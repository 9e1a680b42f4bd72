/** Processes: systeminformation's processes(). */

import { makeDevice } from '../../../fs/stat.ts';
import { linuxPath } from './map-disks.ts';
import type { Finding, Platform } from './parts.ts';
import type { Users } from './users.ts';
import { bytes, count, fields, finite, records } from './values.ts';

/** Largest name of a process, bytes (TASK_COMM_LEN less its NUL). */
const LONGEST_NAME = 15;
/** Ids of processes are below it (PID_MAX_LIMIT); those of Windows are too. */
const LARGEST_ID = 0x3fff_ffff;
/** How many processes one list may have. */
const MOST_PROCESSES = 1 << 20;
/** The process that starts the kernel's own threads on Linux. */
const KTHREADD = 2;
const [TTY_MAJOR, CONSOLE_MAJOR, PTS_MAJOR] = [4, 5, 136];
const FIRST_SERIAL = 64;

/** A process as one list has it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
  readonly executable: string;
  readonly uid: number;
  readonly gid: number;
  readonly state: string;
  readonly nice: number;
  readonly terminal: number;
  /** Milliseconds since the epoch; undefined where it is not told. */
  readonly started: number | undefined;
  /** KiB. */
  readonly size: number;
  readonly resident: number;
  /** Percents of all processors, where those are told; of one processor otherwise. */
  readonly userPart: number;
  readonly systemPart: number;
  readonly onePart: number;
  readonly kernel: boolean;
}

const MONTHS: readonly string[] = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const STATES: Readonly<Record<string, string>> = {
  running: 'R',
  ready: 'R',
  sleeping: 'S',
  blocked: 'D',
  stopped: 'T',
  'suspended blocked': 'T',
  'suspended ready': 'T',
  paging: 'D',
  zombie: 'Z',
  terminated: 'Z',
  dead: 'X',
};

/** The list, without what the collector itself started to make it; those without an id are left out. */
export function mapProcesses({ results, platform, wall }: Pick<Finding, 'results' | 'platform' | 'wall'>, users: Users, collector?: number): ListedProcess[] {
  const list = records(fields(results['processes'])['list']).slice(0, MOST_PROCESSES);
  const mapped = list.flatMap((each): ListedProcess[] => {
    const pid = count(each['pid'], 0);
    return pid > 0 && pid <= LARGEST_ID ? [mapProcess(each, pid, { platform, wall }, users)] : [];
  });
  return collector === undefined ? mapped : withoutDescendants(mapped, collector);
}

function mapProcess(each: ReturnType<typeof fields>, pid: number, { platform, wall }: Pick<Finding, 'platform' | 'wall'>, users: Users): ListedProcess {
  const parent = count(each['parentPid'], 0);
  const kernel = platform === 'linux' && (pid === KTHREADD || parent === KTHREADD);
  const said = bytes(each['state']);
  const state = STATES[said] ?? (kernel ? 'I' : 'S');
  const part = (name: string): number => Math.max(0, finite(each[name]) ?? 0);
  const resident = count(each['memRss'], 0);
  const user = bytes(each['user']);
  const { words, executable } = commandOf(each, platform);
  // illumos counts from 20.
  const usualNice = platform === 'sunos' ? 20 : 0;
  const hasMemory = !kernel && state !== 'Z' && state !== 'X';
  return {
    pid,
    parent: parent === pid || parent > LARGEST_ID ? 0 : parent,
    name: nameOf(bytes(each['name']), words),
    command: hasMemory ? words.map((word) => `${word}\0`).join('') : '',
    executable: hasMemory ? executable : '',
    ...users.find(user),
    state: said === '' && kernel ? 'S' : state,
    nice: Math.max(-20, Math.min(19, Math.trunc(finite(each['nice']) ?? usualNice) - usualNice)),
    terminal: terminalOf(bytes(each['tty'])),
    started: startOf(each['started'], wall),
    size: hasMemory ? Math.max(count(each['memVsz'], 0), resident) : 0,
    resident: hasMemory ? resident : 0,
    userPart: part('cpuu'),
    systemPart: part('cpus'),
    onePart: part('cpu'),
    kernel,
  };
}

/** A program's file, or what the process calls itself. */
function nameOf(said: string, [first = '']: readonly string[]): string {
  const name = said || first;
  return (name.slice(name.lastIndexOf('/') + 1) || name || '?').slice(0, LONGEST_NAME);
}

/** The words of a command, which are only told as one text: a blank in a word cannot be told from one between words. */
function commandOf(each: ReturnType<typeof fields>, platform: Platform): { readonly words: readonly string[]; readonly executable: string } {
  const [command, params, path] = [bytes(each['command']), bytes(each['params']), bytes(each['path'])];
  if (platform === 'win32') {
    const words = (command.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
    return { words, executable: path === '' ? '' : linuxPath(path, platform) };
  }
  // Where programs have blanks in their names, the name was taken out of its path.
  const [first = '', ...more] = platform === 'darwin' && path !== '' ? [command] : command.split(' ');
  const program = path === '' ? first : `${path}/${first}`;
  const words = [program, ...more, ...params.split(' ')].filter((word) => word !== '');
  return { words, executable: program.startsWith('/') ? program : '' };
}

/** Terminals by the names that ps(1) has for them on the various systems. */
function terminalOf(text: string): number {
  const name = text.replace(/^\/dev\//, '');
  const pseudo = /^(?:pts\/|ttys?0*|s0*|p|ttyp)(\d{1,6})$/.exec(name);
  if (name.startsWith('ttyS') && /^\d{1,2}$/.test(name.slice(4))) return makeDevice(TTY_MAJOR, FIRST_SERIAL + Number(name.slice(4)));
  const virtual = /^(?:tty|ttyv|v)(\d{1,2})$/.exec(name);
  if (virtual && !/^ttys/.test(name)) return makeDevice(TTY_MAJOR, Number(virtual[1]));
  if (pseudo) return makeDevice(PTS_MAJOR, Number(pseudo[1]));
  if (/^\d{1,6}$/.test(name)) return makeDevice(PTS_MAJOR, Number(name));
  return name === 'console' || name === 'co' ? makeDevice(CONSOLE_MAJOR, 1) : 0;
}

/** `2026-01-31 13:05:09`, local time; of today `13:05:09`, and of a day before that `Jan_31`, as illumos writes them. */
function startOf(value: unknown, wall: number): number | undefined {
  const text = bytes(value);
  const today = new Date(wall);
  const [, year, month = '', day = '', hour = '', minute = '', second = ''] = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text) ?? [];
  if (year !== undefined) return moment(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const [, ofToday, then = '', at = ''] = /^(\d\d):(\d\d):(\d\d)$/.exec(text) ?? [];
  if (ofToday !== undefined) return moment(today.getFullYear(), today.getMonth(), today.getDate(), Number(ofToday), Number(then), Number(at));
  const [, name = '', date = ''] = /^([A-Z][a-z]{2})_(\d\d?)$/.exec(text) ?? [];
  const number = MONTHS.indexOf(name);
  if (number < 0) return undefined;
  // What would be to come was last year.
  const thisYear = moment(today.getFullYear(), number, Number(date));
  return thisYear !== undefined && thisYear > wall ? moment(today.getFullYear() - 1, number, Number(date)) : thisYear;
}

/** A moment of local time, if it is one. */
function moment(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number | undefined {
  const time = new Date(year, month, day, hour, minute, second).getTime();
  return Number.isFinite(time) && time >= 0 ? time : undefined;
}

/** All but the processes that descend from one, which itself stays. */
function withoutDescendants(list: readonly ListedProcess[], ancestor: number): ListedProcess[] {
  const parents = new Map(list.map(({ pid, parent }) => [pid, parent]));
  return list.filter(({ pid, parent }) => {
    const seen = new Set([pid]);
    for (let at: number | undefined = parent; at !== undefined && at > 0 && !seen.has(at); at = parents.get(at)) {
      if (at === ancestor) return false;
      seen.add(at);
    }
    return true;
  });
}
