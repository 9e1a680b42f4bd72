/** Descriptions that are wrong get one line with the place; none crashes what reads it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chance } from './chance.ts';
import { isMistake, parseJson } from './json-text.ts';
import { mistakeText, readDescription } from './read-description.ts';
import { SimulatedSource } from './simulated-source.ts';
import { schemaText } from './schema-text.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const ROUTER = readFileSync(`${ROOT}examples/simulated/router.json`, 'latin1');

function said(text: string): string {
  const result = readDescription(text);
  return 'what' in result ? mistakeText(result) : 'right';
}

const MINIMUM = '"version": 1, "processors": {}, "memory": {"total": "256MiB"}';
/** The least that there must be, and something. */
const withMore = (more: string): string => said(`{${MINIMUM}, ${more}}`);
const withProcess = (more: string): string => withMore(`"processes": [{"name": "a", ${more}}]`);

test('the least that there must be is enough', () => {
  assert.is(said(`{${MINIMUM}}`), 'right');
});

test('syntax errors have a line and a column', () => {
  const cases: readonly (readonly [text: string, mistake: string])[] = [
    ['', 'at line 1, column 1: the text ends where a value must be'],
    ['{\n  "a": 1,\n  }', 'at line 3, column 3: a key in quotes must be here'],
    ['{"a" 1}', 'at line 1, column 6: `:` must be here'],
    ['[1 2]', 'at line 1, column 4: `,` or `]` must be here'],
    ['[1', 'at line 1, column 3: the text ends where `,` or `]` must be'],
    ['{"a": 1,\n "a": 2}', 'at line 2, column 2: the key "a" is there twice'],
    ['{"a": "x\ny"}', 'at line 1, column 7: a string that is not closed, or has what a string may not have'],
    ['{"a": 01}', 'at line 1, column 8: `,` or `}` must be here'],
    ['{"a": nope}', 'at line 1, column 7: a value must be here'],
    ['{} {}', 'at line 1, column 4: nothing may follow the description'],
    ['['.repeat(1000), 'at line 1, column 34: nested deeper than 32'],
  ];
  for (const [text, mistake] of cases) assert.is(said(text), mistake);
});

test('what is wrong is said with its path', () => {
  const cases: readonly (readonly [said: string, mistake: string])[] = [
    [said('[]'), 'must be an object'],
    [said('{"version": 2, "processors": {}, "memory": {"total": 1}}'), 'at version: must be 1'],
    [said('{"version": 1, "processors": {}}'), 'at memory: must be there'],
    [said('{"version": 1, "processors": {"cores": 1.5}, "memory": {"total": 1}}'), 'at processors.cores: must be a whole number, at least 1 and at most 1024'],
    [withMore('"procesess": []').slice(0, 40), 'at procesess: is not known here; known a'],
    [withMore('"odd key": 1').slice(0, 30), 'at ["odd key"]: is not known h'],
    [withMore('"__proto__": {}').slice(0, 27), 'at __proto__: is not known '],
    [withMore('"hostname": "-"'), 'at hostname: must be a host name'],
    [withMore('"clock": {"boot": "2026-13-01T00:00:00Z"}'), 'at clock.boot: must be a time that there is'],
    [withMore('"memory": {"total": "12 GB"}'), 'at line 1, column 65: the key "memory" is there twice'],
    [said('{"version": 1, "processors": {}, "memory": {"total": "12 GB"}}'), 'at memory.total: must be a size as 512MiB (B, KiB, MiB, GiB, TiB)'],
    [said('{"version": 1, "processors": {}, "memory": {"total": true}}'), 'at memory.total: must be a number of bytes, or a text as 512MiB (B, KiB, MiB, GiB, TiB)'],
    [said('{"version": 1, "processors": {}, "memory": {"total": "1MiB"}}').slice(0, 32), 'at memory.total: must be enough:'],
    [said('{"version": 1, "processors": {"cores": 6, "nodesPerSocket": 4}, "memory": {"total": "1GiB"}}'), 'at processors.nodesPerSocket: must divide the 6 cores of a socket evenly'],
    [withMore('"disks": [{"name": "sda", "size": "1GiB"}, {"name": "sda", "size": 1}]'), 'at disks[1].name: must be another than that of an earlier disk, sda'],
    [withMore('"disks": [{"name": "sda", "size": "1GiB", "partitions": ["2GiB"]}]'), 'at disks[0].partitions: must fit the disk: they need 4196352 sectors of 2097152'],
    [withMore('"interfaces": [{"name": "eth0", "ipv4": "192.0.2.256/24"}]'), 'at interfaces[0].ipv4: must have four parts of at most 255'],
    [withMore('"interfaces": [{"name": "eth0", "ipv6": "1::2::3/64"}]'), 'at interfaces[0].ipv6: must be an IPv6 address'],
    [withMore('"interfaces": [{"name": "lo"}]'), 'at interfaces[0].name: must be another than that of an earlier interface, lo'],
    [withMore('"sysctl": {"vm/swappiness": "much"}'), 'at sysctl["vm/swappiness"]: must be a number'],
    [withMore('"sysctl": {"../etc": 1}'), 'at sysctl["../etc"]: must be a path as vm/swappiness'],
    [withProcess('"threads": 0'), 'at processes[0].threads: must be a whole number, at least 1 and at most 100000'],
    [withProcess('"parent": "b"'), 'at processes[0].parent: must be the name of one that is described before, not b'],
    [withProcess('"user": "nobody"'), 'at processes[0].user: must be root or the name of a user in users, not nobody'],
    [withProcess('"cpu": 2'), 'at processes[0].cpu: must be at most 1: a process with a thread can use no more'],
    [withProcess('"count": 4, "cpu": 2'), 'at processes: must not need more than the 1 processors: at times they use 2.002'],
    [withProcess('"cpu": {"base": 0.1, "waves": [{"amplitude": 0.2, "period": 9}]}'), 'at processes[0].cpu: must never fall below 0: the waves are higher than what they are on'],
    [withProcess('"cpu": {"points": [[5, 0], [5, 1]]}'), 'at processes[0].cpu.points[1][0]: must be later than 5'],
    [withProcess('"cpu": {"points": [[5, 0, 1]]}'), 'at processes[0].cpu.points[0]: must have 2 elements, not 3'],
    [withProcess('"cpu": {"points": [[5, 0]], "period": 5}'), 'at processes[0].cpu.period: must be later than the last point, 5'],
    [withProcess('"cpu": "1"'), 'at processes[0].cpu: must be a number, or an object with base or points, and waves'],
    [withProcess('"every": 10'), 'at processes[0].every: must have a lifetime beside it'],
    [withProcess('"every": 10, "lifetime": 6'), 'at processes[0].lifetime: must be at most half of every, 10'],
    [withProcess('"listen": ["tcp:1.2.3:4"]'), 'at processes[0].listen[0]: must have an address and a port, as tcp:0.0.0.0:80 or tcp6:[::]:80'],
    [withProcess('"listen": ["sctp:1.2.3.4:4"]').slice(0, 40), 'at processes[0].listen[0]: must be tcp:A'],
    [withProcess('"state": "R"'), 'at processes[0].state: must be one of S, D, T, I, Z'],
    [withProcess('"swapped": "1MiB"'), 'at swap: must have as much used as processes have swapped, 1 MiB'],
    [withMore('"processes": [{"name": "a"}, {"name": "a"}]'), 'at processes[1].name: must be another than that of an earlier one, a'],
    [withMore('"processes": [{"name": "kthreadd"}]'), 'at processes[0].name: must be another than that of an earlier one, kthreadd'],
  ];
  for (const [text, mistake] of cases) assert.is(text, mistake);
});

test('bytes that are no ASCII, and escapes, come out as bytes', () => {
  const parsed = parseJson(Buffer.from('["\u00e9\u20ac", "\\u20ac\\n"]').toString('latin1'));
  if (isMistake(parsed)) throw new Error(parsed.what);
  const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
  assert.equal(parsed.value, [utf8('\u00e9\u20ac'), utf8('\u20ac\n')]);
});

/** Everything in a value that could be another. */
function* places(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* places(each, [...path, index]);
  else if (typeof value === 'object' && value !== null) for (const [key, each] of Object.entries(value)) yield* places(each, [...path, key]);
}

const ODD: readonly unknown[] = [null, true, 'a\nb', -1, 0, 0.5, 1e308, 1e15, 2 ** 53, '', 'x', '\0', '/', '1TiB', '{index}', [], [[]], {}, { base: 1 }, { points: [] }, { points: [[0, 0]], period: 1e-300 }];

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? replaced(each, rest, by) : each));
  return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, name === key ? replaced(each, rest, by) : each]));
}

/** What has devices of all sorts. */
const DEVICES = {
  version: 1,
  processors: { sockets: 2, cores: 2, vendor: 'GenuineIntel' },
  memory: { total: '2GiB' },
  disks: [{ name: 'nvme0n1', size: '1GiB', controller: '0000:01:00.0', serial: 'S', firmware: 'F' }, { name: 'sda', size: '1GiB', model: 'A B', controller: '00:02.0' }, { name: 'vda', size: '1GiB' }],
  interfaces: [{ name: 'eth0', controller: '81:00.0', speed: 10_000 }],
  pci: [
    { slot: '0000:01:00.0', id: '144d:a80a', class: '010802', subsystem: '144d:a813', revision: 2, driver: 'nvme', link: { generation: 4, width: 4 } },
    { slot: '00:02.0', id: '1000:00e6', class: '0107', driver: 'mpt3sas', label: 'x' },
    { slot: '81:00.0', id: '15b3:101d', class: '0200', driver: 'mlx5_core' },
    { id: '10de:2330', class: '0302', node: 1, memory: '1GiB' },
  ],
  dmi: { sys_vendor: 'Acme', product_uuid: '00000000-0000-0000-0000-000000000001' },
  powerSupplies: [{ name: 'AC', online: true }, { name: 'BAT0', type: 'Battery', capacity: { base: 50 }, wattHours: 1, volts: 1, cycles: 1, model: 'm' }],
};

test('whatever is said of devices gives one line or a machine whose /sys can be listed', () => {
  let rightOnes = 0;
  for (const path of places(DEVICES)) {
    for (const odd of [...ODD, '0000:01:00.0', '00:1f.7', 'ffff:ff:1f.7', '0604', 'ffffff', 'ffff:ffff', 'virtual', 'nvme', 'mmcblk0', '..', 255]) {
      const result = readDescription(JSON.stringify(replaced(DEVICES, path, odd)));
      if ('what' in result) {
        assert.match(mistakeText(result), /^at [^\n]+$|^must [^\n]+$/);
        continue;
      }
      if (rightOnes++ % 7 > 0) continue;
      const view = new SimulatedSource(result, { now: () => result.uptime }).view();
      view.interrupts();
      for (const bus of view.pciBuses()) for (const name of view.pciFunctions(bus)) assert.ok(view.pciConfiguration(bus, name));
      assert.ok(Array.isArray(view.sysfs().list('bus/pci/devices')));
    }
  }
  assert.ok(rightOnes > 30, String(rightOnes));
});

test('what is wrong with devices is said with its path', () => {
  const disk = '"disks": [{"name": "sda", "size": "1GiB", "controller": "00:05.0"}]';
  const device = (more: string): string => `"pci": [{"slot": "0000:00:05.0", "id": "1000:0001", "class": "0107"${more}}]`;
  assert.is(withMore(`${disk}, ${device('')}`), 'right');
  assert.is(withMore(disk), 'at disks[0].controller: must be the slot of a device in pci, or virtual, not 00:05.0');
  assert.is(withMore(`"disks": [{"name": "nvme0n1", "size": "1GiB", "controller": "00:05.0"}], ${device('')}`), 'at disks[0].controller: must be a device that can have a disk that is called nvme0n1');
  assert.is(withMore(`"disks": [{"name": "md0", "size": "1GiB", "controller": "00:05.0"}], ${device('')}`), 'at disks[0].controller: must not be there, or be virtual: no device on PCI has a disk that is called md0');
  assert.is(withMore(`"interfaces": [{"name": "eth0", "controller": "00:05.0"}], ${device('')}`), 'at interfaces[0].controller: must be a network controller, of class 02');
  assert.is(withMore(device(', "node": 0')), 'at pci[0].node: cannot be there with slot, from which it follows');
  assert.is(withMore('"pci": [{"id": "1000:0001", "class": "0107", "node": 1}]'), 'at pci[0].node: must be less than 1, which is how many there are');
  assert.is(withMore('"pci": [{"id": "1000:0001", "class": "0604"}]'), 'at pci[0].class: must not be 0604: bridges come by themselves');
  assert.is(withMore('"pci": [{"id": "1000:0001", "class": "0107", "link": {"width": 3}}]'), 'at pci[0].link.width: must be 1, 2, 4, 8, 16 or 32');
  assert.is(withMore('"pci": [{"id": "1000:1", "class": "0107"}]'), 'at pci[0].id: must be vendor and device as 8086:1533');
  assert.is(withMore('"pci": [{"slot": "0:5.0", "id": "1000:0001", "class": "0107"}]'), 'at pci[0].slot: must be a place as 0000:01:00.0; one is found without');
  assert.is(withMore('"pci": [{"slot": "00:05.0", "id": "1000:0001", "class": "01"}]'), 'at pci[0].class: must be class, subclass and perhaps interface, as 0200 or 010802');
  assert.is(withMore('"pci": [{"slot": "00:05.0", "id": "1000:0001", "class": "0107"}, {"slot": "0000:00:05.0", "id": "1000:0002", "class": "0107"}]'), 'at pci[1].slot: must be another than that of an earlier device, 0000:00:05.0');
  assert.is(withMore('"powerSupplies": [{"name": "AC"}, {"name": "AC"}]'), 'at powerSupplies[1].name: must be another than that of an earlier supply, AC');
  assert.is(withMore('"powerSupplies": [{"name": "B", "type": "Battery", "capacity": 101}]'), 'at powerSupplies[0].capacity: must be at most 100');
  assert.match(withMore('"dmi": {"vendor": "x"}'), /^at dmi\.vendor: is not known here; known are bios_date/);
});

test('whatever is put in any place of a description gives one line or a machine that can be looked at', () => {
  const good: unknown = JSON.parse(ROUTER);
  let rightOnes = 0;
  let index = 0;
  for (const path of places(good)) {
    for (const odd of ODD) {
      const result = readDescription(JSON.stringify(replaced(good, path, odd)));
      if ('what' in result) {
        assert.match(mistakeText(result), /^[^\n]+$/);
      } else if (index++ % 9 === 0) {
        const source = new SimulatedSource(result, { now: () => result.uptime });
        const view = source.view();
        view.statistics();
        view.memory();
        for (const id of view.processIds(0).slice(-3)) view.task(id)?.status();
        rightOnes++;
      }
    }
  }
  assert.ok(rightOnes > 30, String(rightOnes));
});

test('broken texts give one line', () => {
  const letters = '{}[]",:0.e-\\ \n\0tx';
  for (let round = 0; round < 1500; round++) {
    let text = ROUTER;
    for (let change = 0; change <= round % 4; change++) {
      const at = Math.floor(chance(round, change, 1) * text.length);
      const letter = letters[Math.floor(chance(round, change, 2) * letters.length)] as string;
      const length = Math.floor(chance(round, change, 3) * (round % 5 === 0 ? text.length : 3));
      text = text.slice(0, at) + letter + text.slice(at + length);
    }
    const result = readDescription(text);
    if ('what' in result) assert.match(mistakeText(result), /^[^\n]+$/);
  }
});

test('the schema that editors read is the one that is checked', () => {
  assert.is(readFileSync(`${ROOT}docs/simulated.schema.json`, 'utf8'), schemaText());
});

test.run();
