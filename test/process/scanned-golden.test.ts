/** The files that tools scan for every process, of a process whose values none has. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller, SUPERUSER } from '../../fs/caller.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { parseStat, parseStatm, parseStatus } from '../../providers/sources/linux-host/parse-task.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import { FixtureSource } from '../../providers/testing/fixture-kernel.ts';
import { readWhole } from '../support/tree-reader.ts';
import { FIXTURE_PROCESS, PAGES, STAT, STATUS, wholeTask } from './whole-fixture.ts';

const GOLDEN: Readonly<Record<string, string>> = {
  stat: [
    '4194303 (a) (b\\\xff) t 2147483647 2147483646 2147483645 2147483644 -1 4294967295 18446744073709551615 ',
    '18446744073709551614 18446744073709551613 18446744073709551612 18446744073709551611 ',
    '18446744073709551610 -9223372036854775808 9223372036854775807 -101 -20 2147483643 0 ',
    '18446744073709551609 18446744073709551608 18446744073709551607 18446744073709551606 ',
    '18446744073709551605 18446744073709551604 18446744073709551603 18446744073709551602 ',
    '18446744073709551601 2147483642 2147483641 2147483640 2147483639 1 0 0 -1 8191 99 7 ',
    '18446744073709551600 18446744073709551599 -4611686018427387904 18446744073709551598 ',
    '18446744073709551597 18446744073709551596 18446744073709551595 18446744073709551594 ',
    '18446744073709551593 18446744073709551592 65280\n',
  ].join(''),
  statm: '18446744073709551591 18446744073709551590 18446744073709551589 18446744073709551588 0 18446744073709551587 0\n',
  status: [
    'Name:\ta\\nb\\\\c d\xff\n',
    'Umask:\t0777\n',
    'State:\tD (disk sleep)\n',
    'Tgid:\t4194303\n',
    'Ngid:\t2147483647\n',
    'Pid:\t4194303\n',
    'PPid:\t2147483646\n',
    'TracerPid:\t2147483645\n',
    'Uid:\t4294967295\t4294967294\t4294967293\t4294967292\n',
    'Gid:\t4294967291\t4294967290\t4294967289\t4294967288\n',
    'FDSize:\t4294967287\n',
    'Groups:\t0 4294967286 \n',
    'NStgid:\t4194303\t2\t1\n',
    'NSpid:\t4194302\t3\t4\n',
    'NSpgid:\t5\t6\t7\n',
    'NSsid:\t8\t9\t0\n',
    'Kthread:\t0\n',
    'VmPeak:\t18446744073709551586 kB\n',
    'VmSize:\t18446744073709551585 kB\n',
    'VmLck:\t18446744073709551584 kB\n',
    'VmPin:\t18446744073709551583 kB\n',
    'VmHWM:\t18446744073709551582 kB\n',
    'VmRSS:\t18446744073709551581 kB\n',
    'RssAnon:\t18446744073709551580 kB\n',
    'RssFile:\t       7 kB\n',
    'RssShmem:\t18446744073709551579 kB\n',
    'VmData:\t18446744073709551578 kB\n',
    'VmStk:\t18446744073709551577 kB\n',
    'VmExe:\t18446744073709551576 kB\n',
    'VmLib:\t18446744073709551575 kB\n',
    'VmPTE:\t18446744073709551574 kB\n',
    'VmSwap:\t18446744073709551573 kB\n',
    'HugetlbPages:\t18446744073709551572 kB\n',
    'CoreDumping:\t1\n',
    'THP_enabled:\t0\n',
    'untag_mask:\t0xffffffffffffffd3\n',
    'Threads:\t2147483644\n',
    'SigQ:\t18446744073709551570/18446744073709551569\n',
    'SigPnd:\tffffffffffffffd0\n',
    'ShdPnd:\tffffffffffffffcf\n',
    'SigBlk:\tffffffffffffffce\n',
    'SigIgn:\tffffffffffffffcd\n',
    'SigCgt:\tffffffffffffffcc\n',
    'CapInh:\tffffffffffffffcb\n',
    'CapPrm:\tffffffffffffffca\n',
    'CapEff:\tffffffffffffffc9\n',
    'CapBnd:\tffffffffffffffc8\n',
    'CapAmb:\t00000000000001ff\n',
    'NoNewPrivs:\t1\n',
    'Seccomp:\t2\n',
    'Seccomp_filters:\t2147483647\n',
    'Speculation_Store_Bypass:\tthread force mitigated\n',
    'SpeculationIndirectBranch:\tconditional force disabled\n',
    'Cpus_allowed:\t2,80000001,fffffffe\n',
    'Cpus_allowed_list:\t1-32,63,65\n',
    'Mems_allowed:\t80000000,00000003\n',
    'Mems_allowed_list:\t0-1,63\n',
    'voluntary_ctxt_switches:\t18446744073709551559\n',
    'nonvoluntary_ctxt_switches:\t18446744073709551558\n',
    'x86_Thread_features:\tshstk wrss \n',
    'x86_Thread_features_locked:\tshstk \n',
  ].join(''),
  cmdline: [
    'a program\0--with\n',
    '\0\xff\0',
  ].join(''),
};

const source: FixtureSource = new FixtureSource({ tasks: new Map([[FIXTURE_PROCESS, wholeTask((): KernelView => source.view())]]) });
const tree = linprocfs(source, DEFAULT_OPTIONS);

for (const [name, text] of Object.entries(GOLDEN)) {
  test(name, () => {
    assert.is(readWhole(tree, `${FIXTURE_PROCESS}/${name}`), text);
    assert.is(readWhole(tree, `${FIXTURE_PROCESS}/${name}`, SUPERUSER, 7), text);
  });
}

test('the parsers of the host source understand them', () => {
  const scanner = (name: string): Scanner => new Scanner(Buffer.from(GOLDEN[name] as string, 'latin1'));
  assert.equal(parseStat(scanner('stat')), STAT);
  assert.equal(parseStatm(scanner('statm')), PAGES);
  assert.equal(parseStatus(scanner('status')), { ...STATUS, id: FIXTURE_PROCESS });
});

/** The fields of stat behind the name, in which anything may be. */
function behindName(stat: string): string {
  return stat.slice(stat.lastIndexOf(') ') + 2);
}

test('who may not trace a process is not told where its memory lies', () => {
  const stranger = new FixedCaller({ uid: 1000, gid: 1000, threadId: 77 });
  const fields = behindName(readWhole(tree, `${FIXTURE_PROCESS}/stat`, stranger) as string).trimEnd().split(' ');
  // Field 3, the state, comes first here (proc_pid_stat(5)).
  assert.equal(fields.slice(23, 28), ['1', '1', '0', '0', '0']);
  assert.is(fields[32], '0');
  assert.equal(fields.slice(42), ['0', '0', '0', '0', '0', '0', '0', '0']);
});

test('a process reads that it is running', () => {
  const self = new FixedCaller({ uid: 0, gid: 0, threadId: FIXTURE_PROCESS, processId: FIXTURE_PROCESS });
  const stat = readWhole(tree, `${FIXTURE_PROCESS}/stat`, self) as string;
  assert.is(behindName(stat)[0], 'R');
  assert.match(readWhole(tree, `${FIXTURE_PROCESS}/status`, self) as string, '\nState:\tR (running)\n');
});

test.run();
