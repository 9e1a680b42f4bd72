/** What PID/fdinfo/N tells of an io_uring (io_uring/fdinfo.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Ring, RingCompletion, RingSubmission } from '../../model/descriptor-info.ts';

export function ring(out: TextWriter, ring: Ring): void {
  out.text('SqMask:\t0x').hex(ring.submissionMask);
  out.text('\nSqHead:\t').decimal(ring.submissionHead);
  out.text('\nSqTail:\t').decimal(ring.submissionTail);
  out.text('\nCachedSqHead:\t').decimal(ring.cachedSubmissionHead);
  out.text('\nCqMask:\t0x').hex(ring.completionMask);
  out.text('\nCqHead:\t').decimal(ring.completionHead);
  out.text('\nCqTail:\t').decimal(ring.completionTail);
  out.text('\nCachedCqTail:\t').decimal(ring.cachedCompletionTail);
  out.text('\nSQEs:\t').decimal(ring.submissionCount).newline();
  for (const entry of ring.submissions) submission(out, entry);
  out.text('CQEs:\t').decimal(ring.completionCount).newline();
  for (const entry of ring.completions) completion(out, entry);
  out.text('SqThread:\t').signed(ring.thread);
  out.text('\nSqThreadCpu:\t').signed(ring.threadCpu).newline();
  if (ring.threadTimes) {
    out.text('SqTotalTime:\t').decimal(ring.threadTimes.total);
    out.text('\nSqWorkTime:\t').decimal(ring.threadTimes.work).newline();
  }
  out.text('UserFiles:\t').decimal(ring.fileCount).newline();
  for (const { slot, path } of ring.files) {
    out.decimalPadded(slot, 5).text(': ');
    if (path === undefined) out.text('<none>');
    else out.escaped(path, ' \t\n\\');
    out.newline();
  }
  out.text('UserBufs:\t').decimal(ring.bufferCount).newline();
  for (const { slot, memory } of ring.buffers) {
    out.decimalPadded(slot, 5).text(': ');
    if (memory) out.text('0x').hex(memory.address).text('/').decimal(memory.length);
    else out.text('<none>');
    out.newline();
  }
  out.text('PollList:\n');
  for (const { operation, taskWorks } of ring.polls) {
    out.text('  op=').decimal(operation).text(', task_works=').decimal(taskWorks).newline();
  }
  out.text('CqOverflowList:\n');
  for (const { userData, result, flags } of ring.overflow) {
    out.text('  user_data=').decimal(userData).text(', res=').signed(result).text(', flags=').hex(flags).newline();
  }
  napi(out, ring.napi);
}

function submission(out: TextWriter, entry: RingSubmission): void {
  out.decimalPadded(entry.slot, 5).text(': opcode:').text(entry.operation);
  out.text(', fd:').signed(entry.descriptor);
  out.text(', flags:').hex(entry.flags);
  out.text(', off:').decimal(entry.offset);
  out.text(', addr:0x').hex(entry.address);
  out.text(', rw_flags:0x').hex(entry.operationFlags);
  out.text(', buf_index:').decimal(entry.bufferIndex);
  out.text(' user_data:').decimal(entry.userData);
  entry.extra.forEach((value, index) => out.text(', e').decimal(index).text(':0x').hex(value));
  out.newline();
}

/** Differs: from 6.19 on the kernel writes `flags:`, and no empty line behind an entry of 32 bytes. */
function completion(out: TextWriter, entry: RingCompletion): void {
  out.decimalPadded(entry.slot, 5).text(': user_data:').decimal(entry.userData);
  out.text(', res:').signed(entry.result).text(', flag:').hex(entry.flags);
  if (entry.extra) out.text(', extra1:').decimal(entry.extra[0]).text(', extra2:').decimal(entry.extra[1]).newline();
  out.newline();
}

function napi(out: TextWriter, napi: Ring['napi']): void {
  if (napi === undefined) return;
  if (napi === 'disabled') return void out.text('NAPI:\tdisabled\n');
  out.text('NAPI:\tenabled\nnapi tracking:\t').text(napi.tracking);
  out.text('\nnapi_busy_poll_dt:\t').decimal(napi.busyPollTime);
  out.text('\nnapi_prefer_busy_poll:\t').text(napi.prefer ? 'true' : 'false').newline();
}
