import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FixedCaller } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { type NetworkDirectories, type NetworkFiles, entryPath } from '../../providers/model/network.ts';
import { ENTRY_PARSERS, FILE_PARSERS } from '../../providers/sources/linux-host/net/parsers.ts';
import { Scanner } from '../../providers/sources/linux-host/scanner.ts';
import { ENTRIES, FILES, FixtureNetwork } from './fixture.ts';
import { GOLDEN } from './golden.ts';
import { NET, declaredFiles, render } from './render.ts';

type FileName = keyof NetworkFiles;
type DirectoryName = keyof NetworkDirectories;
const FILE_NAMES = Object.keys(FILES) as FileName[];
const DIRECTORY_NAMES = Object.keys(ENTRIES) as DirectoryName[];

/** A file: where it is, and what it is called in the model. */
interface Subject {
  readonly path: string;
  readonly value: unknown;
  readonly parse: (bytes: Buffer, scanner: Scanner) => unknown;
  /** A namespace in which it has another value. */
  readonly having: (value: unknown) => FixtureNetwork;
}

const SUBJECTS: readonly Subject[] = [
  ...FILE_NAMES.map((file) => ({
    path: file,
    value: FILES[file],
    parse: FILE_PARSERS[file],
    having: (value: unknown) => new FixtureNetwork({ ...FILES, [file]: value }),
  })),
  ...DIRECTORY_NAMES.flatMap((directory) =>
    Object.entries(ENTRIES[directory]).map(([name, value]) => ({
      path: entryPath(directory, name),
      value,
      parse: ENTRY_PARSERS[directory],
      having: (other: unknown) =>
        new FixtureNetwork(FILES, { ...ENTRIES, [directory]: { ...ENTRIES[directory], [name]: other } } as typeof ENTRIES),
    })),
  ),
];

/** The text of a file of a namespace, which must have it. */
function textOf(network: FixtureNetwork, path: string): string {
  const text = render(network, path);
  if (isErrno(text)) throw new Error(`${path}: ${text}`);
  return text;
}

/** Tables as arrays, so that they can be compared. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return value;
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : value;
}

function parsed({ parse }: Subject, text: string): unknown {
  const bytes = Buffer.from(text, 'latin1');
  return plain(parse(bytes, new Scanner(bytes)));
}

test('every declared file has a fixture, and every value a file', () => {
  const declared = declaredFiles(NET).filter((path) => !path.endsWith('/channel'));
  assert.equal([...declared].sort(), [...FILE_NAMES].sort());
});

for (const subject of SUBJECTS) {
  const { path, value } = subject;
  test(`net/${path} is written as the kernel writes it`, () => {
    const text = textOf(new FixtureNetwork(), path);
    if (path === 'rt_acct') {
      assert.is(text.length, 4096);
      assert.is(Buffer.from(text.slice(16, 32), 'latin1').toString('hex'), 'feffffff01000000ffffffff03020100');
      return;
    }
    assert.equal(text.split('\n'), GOLDEN[path]);
  });

  test(`net/${path} is read back as the same value`, () => {
    assert.equal(parsed(subject, textOf(new FixtureNetwork(), path)), value);
  });
}

/** Calls back with copies of a value in which one leaf is another. */
function mutants(value: unknown, visit: (mutant: unknown, where: string) => void, where = ''): void {
  if (typeof value === 'bigint') visit(value > 0n ? value - 5n : value + 5n, where);
  else if (typeof value === 'number') visit(value > 0 ? value - 1 : value + 1, where);
  else if (typeof value === 'boolean') visit(!value, where);
  else if (typeof value === 'string') visit(`${value.slice(0, -1)}${value.endsWith('q') ? 'w' : 'q'}`, where);
  else if (Array.isArray(value)) {
    value.forEach((item, index) => mutants(item, (mutant, at) => visit(value.with(index, mutant), at), `${where}[${index}]`));
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      mutants(item, (mutant, at) => visit(new Map(value).set(key, mutant), at), `${where}.${key}`);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      mutants(item, (mutant, at) => visit({ ...value, [key]: mutant }, at), `${where}.${key}`);
    }
  }
}

/** How many lines of two texts differ. */
function differingLines(a: string, b: string): number {
  const left = a.split('\n');
  const right = b.split('\n');
  return left.length !== right.length ? Infinity : left.filter((line, index) => line !== right[index]).length;
}

/** Values that decide how others are read, or that not every text can stand for. */
const STRUCTURAL = new RegExp(
  [
    '\\.(kind|familyName|protocolName|hardwareType)$',
    '^nf_conntrack_expect.*\\.flags',
    '^can/stats\\.rates\\[',
    '^can.*\\.device$',
    '^ip_vs\\.services\\[1\\]\\.onePacket$',
    '^afs/servers.*\\.mark$',
    '^pktgen/.*\\.family$',
  ].join('|'),
);
/** Values that show in more places than one. */
const REPEATED = /^(snmp|netstat)\[\d+\]\.name$|^pktgen.*\.mix\[\d+\]\.size$/;

for (const subject of SUBJECTS) {
  const { path, value, having } = subject;
  if (path === 'fib_trie' || path === 'fib_triestat') continue;
  test(`each value of net/${path} shows, and nothing else changes`, () => {
    const golden = textOf(new FixtureNetwork(), path);
    mutants(value, (mutant, where) => {
      if (STRUCTURAL.test(path + where)) return;
      const text = textOf(having(mutant), path);
      assert.is.not(text, golden, `${where} does not show`);
      assert.equal(parsed(subject, text), mutant, where);
      if (path !== 'rt_acct') assert.is(differingLines(text, golden), REPEATED.test(path + where) ? 2 : 1, where);
    });
  });
}

test('true kernel addresses are zeros for who may not see them', () => {
  const network = new FixtureNetwork();
  network.truePointers = true;
  const user = new FixedCaller({ uid: 1, gid: 1 });
  for (const file of ['tcp', 'udp6', 'unix', 'packet', 'netlink'] as const) {
    const text = render(network, file, user);
    assert.ok(!isErrno(text) && !text.includes('ffffffffffffffff') && text.includes('0000000000000000'), file);
    assert.is(render(network, file), textOf(new FixtureNetwork(), file));
  }
});

test.run();
