import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allRows, meaningOf, namespaceOfNames } from './schema.ts';

test('every row of the tables is found by its path', () => {
  let count = 0;
  for (const [path, row] of allRows()) {
    count++;
    const meaning = meaningOf(path.replaceAll('*', 'eth0.7'));
    assert.ok(meaning.known, path);
    assert.is(meaning.kind, row.kind, path);
    assert.is(meaning.mode, row.mode, path);
  }
  assert.ok(count > 1000, String(count));
});

test('no path is in the tables twice', () => {
  const seen = new Set<string>();
  for (const [path] of allRows()) {
    assert.not.ok(seen.has(path), path);
    seen.add(path);
  }
});

test('rows are possible', () => {
  for (const [path, row] of allRows()) {
    assert.is(row.mode & ~0o666, 0, path);
    if (row.kind !== 'numbers') continue;
    assert.ok(row.count >= 1, path);
    assert.ok((row.minimum ?? 0) <= (row.maximum ?? Infinity), path);
    if (row.type === 'uint' || row.type === 'u8' || row.type === 'ulong') assert.ok((row.minimum ?? 0) >= 0, path);
    if (row.type === 'u8') assert.ok((row.maximum ?? 0) <= 255, path);
  }
});

test('a name that stands in a pattern may be any interface', () => {
  for (const name of ['all', 'default', 'lo', 'eth0', 'br-1234.100', 'wlp3s0']) {
    assert.is(meaningOf(`net/ipv4/conf/${name}/forwarding`).known, true);
    assert.is(meaningOf(`net/ipv6/neigh/${name}/retrans_time_ms`).known, true);
  }
  assert.is(meaningOf('kernel/sched_domain/cpu12/domain3/name').kind, 'text');
  assert.is(meaningOf('net/netfilter/nf_log/10').kind, 'text');
});

test('what no table has is one line of text, with the rights of its place', () => {
  assert.equal(meaningOf('kernel/nothing_of_the_kind'), {
    namespace: undefined, rights: 'plain', known: false, kind: 'text', capacity: 4096, mode: 0o644,
  });
  assert.is(meaningOf('net/nothing/of_the_kind').rights, 'network');
  assert.is(meaningOf('net/nothing/of_the_kind').namespace, 'net');
  assert.is(meaningOf('user/max_of_something').rights, 'user');
});

test('namespaces follow from the path, or from the row', () => {
  const expected: readonly [string, string | undefined, string][] = [
    ['net/core/somaxconn', 'net', 'network'],
    ['user/max_net_namespaces', 'user', 'user'],
    ['fs/mqueue/msg_max', 'ipc', 'ipc'],
    ['kernel/sem', 'ipc', 'ipc'],
    ['kernel/shm_next_id', 'ipc', 'nextId'],
    ['kernel/hostname', 'uts', 'plain'],
    ['kernel/pid_max', 'pid', 'process'],
    ['vm/swappiness', undefined, 'plain'],
  ];
  for (const [path, namespace, rights] of expected) {
    assert.is(meaningOf(path).namespace, namespace, path);
    assert.is(meaningOf(path).rights, rights, path);
  }
  assert.equal(['', 'net', 'net/ipv4/conf', 'network', 'user', 'fs/mqueue', 'kernel'].map(namespaceOfNames), [
    undefined, 'net', 'net', undefined, 'user', 'ipc', undefined,
  ]);
});

test.run();
