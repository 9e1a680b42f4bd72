import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../../fs/caller.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskStatus, TaskView } from '../../model/task.ts';
import { parseStatus } from '../../sources/linux-host/parse-task.ts';
import { Scanner } from '../../sources/linux-host/scanner.ts';
import { rewriteStatus, status } from './status.ts';

const TEXT = [
  'Name:\tworker\\nSigQ:\tx',
  'Umask:\t0022',
  'State:\tS (sleeping)',
  'Tgid:\t71',
  'Pid:\t71',
  'Uid:\t1\t2\t3\t4',
  'Gid:\t5\t6\t7\t8',
  'Groups:\t9 10 ',
  'VmPeak:\t    9000 kB',
  'VmSize:\t    8000 kB',
  'Threads:\t1',
  'SigQ:\t12/30651',
  'SigIgn:\tffffffffffffffff',
  'CapEff:\t000001ffffffffff',
  'Cpus_allowed:\t3',
  'voluntary_ctxt_switches:\t150',
  'nonvoluntary_ctxt_switches:\t33',
  '',
].join('\n');

const bytes = Buffer.from(TEXT, 'latin1');
const STATUS = parseStatus(new Scanner().reset(bytes, bytes.length));

function written(value: TaskStatus): string {
  const out = new TextWriter();
  assert.is(status(out, { id: -1, status: () => value } as unknown as TaskView, SUPERUSER), 0);
  return out.toString();
}

/** The text for a status, made from that for another; undefined where it is not made so. */
function rewritten(before: TaskStatus, now: TaskStatus): string | undefined {
  const out = new TextWriter();
  return rewriteStatus(out, Buffer.from(written(before), 'latin1'), before, now) ? out.toString() : undefined;
}

test('other counts are put into the text that is there', () => {
  const now = { ...STATUS, queuedSignals: 2 ** 40, queuedSignalLimit: 7, voluntarySwitches: 9, involuntarySwitches: 2n ** 64n - 1n };
  assert.is(rewritten(STATUS, now), written(now));
  assert.is(rewritten(now, STATUS), written(STATUS));
});

test('whatever else is another has the text written anew', () => {
  for (const field of Object.keys(STATUS) as (keyof TaskStatus)[]) {
    const now = { ...STATUS, [field]: typeof STATUS[field] === 'number' ? 5 : undefined } as TaskStatus;
    if (/Switches$|^queued/.test(field)) assert.is(rewritten(STATUS, now), written(now), field);
    else if (STATUS[field] !== now[field]) assert.is(rewritten(STATUS, now), undefined, field);
  }
});

test.run();
