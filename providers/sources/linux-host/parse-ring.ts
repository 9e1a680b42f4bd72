/** Parses what PID/fdinfo/N tells of an io_uring (io_uring/fdinfo.c): the inverse of linprocfs/process/fdinfo-ring.ts. */

import type { U64 } from '../../../fs/u64.ts';
import type { Ring, RingCompletion, RingSubmission } from '../../model/descriptor-info.ts';
import { unescape } from './escapes.ts';
import type { Scanner } from './scanner.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const NEWLINE = 0x0a;
const BLANK = 0x20;
const ZERO = 0x30;
const NINE = 0x39;

/** Goes to what stands behind a label on this line, or leaves the position as it is. */
function behind(scanner: Scanner, label: string): Scanner {
  scanner.blanks().takeText(label);
  return scanner;
}

function line<T>(scanner: Scanner, value: T): T {
  scanner.nextLine();
  return value;
}

function count(scanner: Scanner, label: string): number {
  return line(scanner, behind(scanner, label).number());
}

/** Whether an entry of a list follows: it begins with a number, which is indented unless it is long. */
function isEntry(scanner: Scanner): boolean {
  // Kernels up to 6.18 leave an empty line behind a completion of 32 bytes.
  while (scanner.peek() === NEWLINE) scanner.nextLine();
  const next = scanner.peek();
  return next === BLANK || (next >= ZERO && next <= NINE);
}

/** From the value of `SqMask:`. */
export function parseRing(scanner: Scanner): Ring {
  const submissionMask = line(scanner, Number(behind(scanner, '0x').hex()));
  const submissionHead = count(scanner, 'SqHead:');
  const submissionTail = count(scanner, 'SqTail:');
  const cachedSubmissionHead = count(scanner, 'CachedSqHead:');
  behind(scanner, 'CqMask:');
  const completionMask = line(scanner, Number(behind(scanner, '0x').hex()));
  const completionHead = count(scanner, 'CqHead:');
  const completionTail = count(scanner, 'CqTail:');
  const cachedCompletionTail = count(scanner, 'CachedCqTail:');
  const submissionCount = count(scanner, 'SQEs:');
  const submissions: RingSubmission[] = [];
  while (isEntry(scanner)) submissions.push(parseSubmission(scanner));
  const completionCount = count(scanner, 'CQEs:');
  const completions: RingCompletion[] = [];
  while (isEntry(scanner)) completions.push(parseCompletion(scanner));
  const thread = line(scanner, behind(scanner, 'SqThread:').signed());
  const threadCpu = line(scanner, behind(scanner, 'SqThreadCpu:').signed());
  const threadTimes = scanner.takeText('SqTotalTime:')
    ? { total: line(scanner, scanner.decimal()), work: line(scanner, behind(scanner, 'SqWorkTime:').decimal()) }
    : undefined;
  const fileCount = count(scanner, 'UserFiles:');
  const files: Ring['files'][number][] = [];
  while (isEntry(scanner)) {
    const slot = scanner.number();
    const path = scanner.skip(2).line();
    files.push({ slot, path: path === '<none>' ? undefined : unescape(path) });
  }
  const bufferCount = count(scanner, 'UserBufs:');
  const buffers: Ring['buffers'][number][] = [];
  while (isEntry(scanner)) {
    const slot = scanner.number();
    scanner.take(COLON);
    scanner.blanks();
    if (!scanner.takeText('0x')) {
      buffers.push(line(scanner, { slot, memory: undefined }));
      continue;
    }
    const address = scanner.hex();
    buffers.push(line(scanner, { slot, memory: { address, length: scanner.skip(1).decimal() } }));
  }
  const polls: Ring['polls'][number][] = [];
  if (scanner.takeText('PollList:\n')) {
    while (isEntry(scanner)) {
      const operation = behind(scanner, 'op=').number();
      scanner.take(COMMA);
      polls.push(line(scanner, { operation, taskWorks: behind(scanner, 'task_works=').number() }));
    }
  }
  const overflow: Ring['overflow'][number][] = [];
  if (scanner.takeText('CqOverflowList:\n')) {
    while (isEntry(scanner)) {
      const userData = behind(scanner, 'user_data=').decimal();
      scanner.take(COMMA);
      const result = behind(scanner, 'res=').signed();
      scanner.take(COMMA);
      overflow.push(line(scanner, { userData, result, flags: Number(behind(scanner, 'flags=').hex()) }));
    }
  }
  return {
    kind: 'io_uring',
    submissionMask,
    submissionHead,
    submissionTail,
    cachedSubmissionHead,
    completionMask,
    completionHead,
    completionTail,
    cachedCompletionTail,
    submissionCount,
    submissions,
    completionCount,
    completions,
    thread,
    threadCpu,
    threadTimes,
    fileCount,
    files,
    bufferCount,
    buffers,
    polls,
    overflow,
    napi: parseNapi(scanner),
  };
}

function parseSubmission(scanner: Scanner): RingSubmission {
  const slot = scanner.number();
  behind(scanner.skip(1), 'opcode:');
  const operation = scanner.until(COMMA);
  const descriptor = behind(scanner, 'fd:').signed();
  const flags = Number(behind(scanner.skip(1), 'flags:').hex());
  const offset = behind(scanner.skip(1), 'off:').decimal();
  const address = behind(scanner.skip(1), 'addr:0x').hex();
  const operationFlags = Number(behind(scanner.skip(1), 'rw_flags:0x').hex());
  const bufferIndex = behind(scanner.skip(1), 'buf_index:').number();
  const userData = behind(scanner, 'user_data:').decimal();
  const extra: U64[] = [];
  while (scanner.take(COMMA)) {
    scanner.until(COLON);
    extra.push(behind(scanner, '0x').hex());
  }
  scanner.nextLine();
  return { slot, operation, descriptor, flags, offset, address, operationFlags, bufferIndex, userData, extra };
}

function parseCompletion(scanner: Scanner): RingCompletion {
  const slot = scanner.number();
  const userData = behind(scanner.skip(1), 'user_data:').decimal();
  const result = behind(scanner.skip(1), 'res:').signed();
  behind(scanner.skip(1), 'flag').takeText('s');
  const flags = Number(scanner.skip(1).hex());
  let extra: [U64, U64] | undefined;
  if (scanner.take(COMMA)) {
    const first = behind(scanner, 'extra1:').decimal();
    extra = [first, behind(scanner.skip(1), 'extra2:').decimal()];
  }
  scanner.nextLine();
  return { slot, userData, result, flags, extra };
}

function parseNapi(scanner: Scanner): Ring['napi'] {
  if (!scanner.takeText('NAPI:\t')) return undefined;
  if (scanner.line() !== 'enabled') return 'disabled';
  scanner.takeText('napi tracking:\t');
  const tracking = scanner.line();
  const busyPollTime = line(scanner, behind(scanner, 'napi_busy_poll_dt:').decimal());
  scanner.takeText('napi_prefer_busy_poll:\t');
  return { tracking, busyPollTime, prefer: scanner.line() === 'true' };
}
