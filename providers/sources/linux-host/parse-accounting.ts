/** Parsers of what a process's files tell of its use of resources: the inverse of linprocfs/process/{limits,io,cgroup,children}. */

import { type U64, U64_MAX } from '../../../fs/u64.ts';
import type { ControlGroup, IoCounters, ResourceLimit } from '../../model/task-accounting.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
/** How wide the column of names is in PID/limits. */
const NAME_WIDTH = 26;

/** PID/limits */
export function parseLimits(scanner: Scanner): ResourceLimit[] {
  const limits: ResourceLimit[] = [];
  scanner.nextLine();
  while (!scanner.done) {
    scanner.skip(NAME_WIDTH);
    const soft = limit(scanner);
    const hard = limit(scanner);
    scanner.nextLine();
    limits.push({ soft, hard });
  }
  return limits;
}

function limit(scanner: Scanner): U64 {
  return scanner.blanks().takeText('unlimited') ? U64_MAX : scanner.decimal();
}

/** PID/io */
export function parseIo(scanner: Scanner): IoCounters {
  const counter = (): U64 => {
    scanner.until(COLON);
    const value = scanner.decimal();
    scanner.nextLine();
    return value;
  };
  return {
    charactersRead: counter(),
    charactersWritten: counter(),
    readCalls: counter(),
    writeCalls: counter(),
    bytesRead: counter(),
    bytesWritten: counter(),
    bytesCancelled: counter(),
  };
}

/** PID/cgroup. Paths hold any byte but a newline. */
export function parseControlGroups(scanner: Scanner): ControlGroup[] {
  const groups: ControlGroup[] = [];
  while (!scanner.done) {
    const hierarchy = scanner.number();
    scanner.skip(1);
    const controllers = scanner.until(COLON);
    groups.push({ hierarchy, controllers: controllers === '' ? [] : controllers.split(','), path: scanner.line() });
  }
  return groups;
}

/** PID/cpu_resctrl_groups */
export function parseResourceControlGroups(scanner: Scanner): { control: string; monitoring: string } {
  scanner.takeText('res:');
  const control = scanner.line();
  scanner.takeText('mon:');
  return { control, monitoring: scanner.line() };
}

/** task/TID/children: numbers to the end. */
export function parseChildren(scanner: Scanner): number[] {
  const ids: number[] = [];
  while (!scanner.lineDone()) ids.push(scanner.number());
  return ids;
}
