import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { type DirectorySpec, type FileSpec, type NodeSpec, dir } from '../../fs/generated/spec.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import { attr } from '../../providers/linprocfs/process/attr.ts';
import { filesAfterLinks, filesBeforeLinks } from '../../providers/linprocfs/process/files.ts';
import type { TaskView } from '../../providers/model/task.ts';
import * as accounting from '../../providers/sources/linux-host/parse-accounting.ts';
import * as memory from '../../providers/sources/linux-host/parse-memory.ts';
import * as mounts from '../../providers/sources/linux-host/parse-mounts.ts';
import * as scheduling from '../../providers/sources/linux-host/parse-scheduling.ts';
import * as security from '../../providers/sources/linux-host/parse-security.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import { LABELS, VALUES, type Values, fixtureTask } from './fixture.ts';
import { GOLDEN } from './golden.ts';

const FILES: Readonly<Record<string, NodeSpec<TaskView>>> = Object.fromEntries(
  dir(0, { ...filesBeforeLinks(true), ...filesBeforeLinks(false), ...filesAfterLinks(true) }).entries,
);

/** Other suites look after these, and these have no text. */
const ELSEWHERE = ['status', 'stat', 'statm', 'cmdline', 'mem', 'pagemap', 'clear_refs', 'attr'];

function text(spec: NodeSpec<TaskView> | undefined, task: TaskView): string {
  const out = new TextWriter(16);
  const error = (spec as FileSpec<TaskView>).fill(out, task, SUPERUSER, true) || 0;
  if (isErrno(error)) throw new Error(`errno ${-error}`);
  return out.toString();
}

test('every file has a fixture and a golden text', () => {
  const files = Object.keys(FILES).filter((name) => !ELSEWHERE.includes(name));
  assert.equal(files.sort(), Object.keys(VALUES).sort());
  assert.equal(files.sort(), Object.keys(GOLDEN).sort());
});

for (const [name, golden] of Object.entries(GOLDEN)) {
  test(`${name} is written as the kernel writes it`, () => {
    assert.is(text(FILES[name], fixtureTask()), golden);
  });
}

/** How the host source reads the files; the others are single numbers and words. */
const PARSERS: { readonly [name in keyof Values]?: (scanner: Scanner) => unknown } = {
  limits: accounting.parseLimits,
  io: accounting.parseIo,
  cgroup: accounting.parseControlGroups,
  cpu_resctrl_groups: accounting.parseResourceControlGroups,
  children: accounting.parseChildren,
  maps: memory.parseMappings,
  smaps: (scanner) => [...memory.parseMappingUsages(scanner)],
  smaps_rollup: memory.parseTotalUsage,
  numa_maps: memory.parseNumaMappings,
  ksm_stat: memory.parseSamePageMerging,
  mountinfo: mounts.parseMounts,
  mountstats: mounts.parseMountStatistics,
  schedstat: scheduling.parseScheduleStatistics,
  autogroup: scheduling.parseAutogroup,
  latency: scheduling.parseLatencies,
  timers: scheduling.parseTimers,
  syscall: scheduling.parseSystemCall,
  wchan: scheduling.parseWaitChannel,
  arch_status: scheduling.parseArchitectureStatus,
  stack_depth: scheduling.parseStackDepth,
  uid_map: security.parseIdMap,
  timens_offsets: security.parseTimeOffsets,
  seccomp_cache: security.parseFilterCache,
};

function scannerOf(golden: string): Scanner {
  return new Scanner(Buffer.from(golden, 'latin1'));
}

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`${name} is read back as the value it was written from`, () => {
    assert.equal(parse(scannerOf(GOLDEN[name] as string)), VALUES[name as keyof Values]);
  });
}

test('what a task does not have leaves its file empty, or says so', () => {
  const lacking: Values = {
    ...VALUES,
    limits: [],
    autogroup: undefined,
    timens_offsets: undefined,
    syscall: undefined,
    maps: [],
    wchan: undefined,
    coredump_filter: undefined,
    arch_status: undefined,
    ksm_merging_pages: undefined,
    ksm_stat: undefined,
    seccomp_cache: [],
  };
  const task = fixtureTask(lacking);
  for (const name of ['limits', 'autogroup', 'timens_offsets', 'maps', 'coredump_filter', 'arch_status'] as const) {
    assert.is(text(FILES[name], task), '', name);
    assert.equal(PARSERS[name]?.(scannerOf('')), PARSERS[name] && lacking[name], name);
  }
  assert.is(text(FILES.ksm_merging_pages, task), '');
  assert.is(text(FILES.ksm_stat, task), '');
  assert.is(text(FILES.seccomp_cache, task), '');
  assert.is(text(FILES.syscall, task), 'running\n');
  assert.is(scheduling.parseSystemCall(scannerOf('running\n')), undefined);
  assert.is(text(FILES.wchan, task), '0');
  assert.is(scheduling.parseWaitChannel(scannerOf('0')), undefined);
});

test('a task that is blocked outside any system call has no arguments', () => {
  const call = { number: -1, arguments: undefined, stackPointer: 1, instructionPointer: 0xabcdef };
  const line = text(FILES.syscall, fixtureTask({ ...VALUES, syscall: call }));
  assert.is(line, '-1 0x1 0xabcdef\n');
  assert.equal(scheduling.parseSystemCall(scannerOf(line)), call);
});

test('oom_adj is oom_score_adj on another scale', () => {
  const pairs = [
    [1000, '15\n'],
    [999, '15\n'],
    [58, '0\n'],
    [59, '1\n'],
    [0, '0\n'],
    [-58, '0\n'],
    [-59, '-1\n'],
    [-1000, '-17\n'],
  ] as const;
  for (const [adjustment, expected] of pairs) {
    assert.is(text(FILES.oom_adj, fixtureTask({ ...VALUES, oom_score_adj: { adjustment } })), expected, String(adjustment));
  }
});

/** The files of a directory and of those below it, by path. */
function* walk(directory: DirectorySpec<TaskView>, prefix = ''): Generator<[string, FileSpec<TaskView>]> {
  for (const [name, spec] of directory.entries) {
    if ('entries' in spec) yield* walk(spec, `${prefix}${name}/`);
    else yield [prefix + name, spec as FileSpec<TaskView>];
  }
}

test('labels end as each security module ends them', () => {
  const files = new Map(walk(attr()));
  assert.equal([...files.keys()].sort(), Object.keys(LABELS).sort());
  for (const [name, spec] of files) {
    const label = LABELS[name];
    const written = text(spec, fixtureTask());
    assert.is(written, `${label?.text}${label?.terminator === undefined ? '' : String.fromCharCode(label.terminator)}`);
    assert.equal(security.parseLabel(scannerOf(written)), label);
  }
});

test.run();
