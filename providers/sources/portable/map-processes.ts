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
export function mapProcesses({ results, platform }: Pick<Finding, 'results' | 'platform'>, users: Users, collector?: number): ListedProcess[] {
  const list = records(fields(results['processes'])['list']).slice(0, MOST_PROCESSES);
  const mapped = list.flatMap((each): ListedProcess[] => {
    const pid = count(each['pid'], 0);
    return pid > 0 && pid <= LARGEST_ID ? [mapProcess(each, pid, platform, users)] : [];
  });
  return collector === undefined ? mapped : withoutDescendants(mapped, collector);
}

function mapProcess(each: ReturnType<typeof fields>, pid: number, platform: Platform, users: Users): ListedProcess {
  const parent = count(each['parentPid'], 0);
  const kernel = platform === 'linux' && (pid === KTHREADD || parent === KTHREADD);
  const said = bytes(each['state']);
  const state = STATES[said] ?? (kernel ? 'I' : 'S');
  const part = (name: string): number => Math.max(0, finite(each[name]) ?? 0);
  const resident = count(each['memRss'], 0);
  const user = bytes(each['user']);
  const { words, executable } = commandOf(each, platform);
  const hasMemory = !kernel && state !== 'Z' && state !== 'X';
  return {
    pid,
    parent: parent === pid || parent > LARGEST_ID ? 0 : parent,
    name: nameOf(bytes(each['name']), words),
    command: hasMemory ? words.map((word) => `${word}\0`).join('') : '',
    executable: hasMemory ? executable : '',
    ...users.find(user),
    state: said === '' && kernel ? 'S' : state,
    nice: Math.max(-20, Math.min(19, Math.trunc(finite(each['nice']) ?? 0))),
    terminal: terminalOf(bytes(each['tty'])),
    started: startOf(each['started']),
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

/** `2026-01-31 13:05:09`, local time. */
function startOf(value: unknown): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(bytes(value));
  if (!found) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found.slice(1).map(Number);
  const time = new Date(year, month - 1, day, hour, minute, second).getTime();
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
