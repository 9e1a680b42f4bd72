/** The source portable on machines that the tests cannot run on: what it says of them, and that nothing they leave out spoils it. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { EINVAL, type Errno, isErrno } from '../../fs/errno.ts';
import { S_IFDIR, S_IFREG, makeDevice } from '../../fs/stat.ts';
import { lookup } from '../../fs/operations.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';
import type { KernelView } from '../../providers/kernel-view.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import type { TaskView } from '../../providers/model/task.ts';
import { type Origin, TABLES, type TableName } from '../../providers/sources/portable/fields.ts';
import { GENERATED, fieldsText } from '../../providers/sources/portable/fields-text.ts';
import { PARTS, type Part } from '../../providers/sources/portable/parts.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import { readWhole, writeOnce } from '../support/tree-reader.ts';
import { FixedFeed } from './fixed-feed.ts';
import { MACHINES, type MachineFixture, type Results } from './machines.ts';

const OWN = { pid: 77_777, parent: 1, name: 'compatfs', command: ['compatfs'], executable: '/usr/bin/node', uid: 0, gid: 0, started: 0 };

function machine(name: string): MachineFixture {
  const found = MACHINES[name];
  if (!found) throw new Error(name);
  return found;
}

function sourceOf(name: string): { feed: FixedFeed; source: PortableSource; view: () => KernelView } {
  const feed = new FixedFeed(machine(name), OWN);
  const source = new PortableSource(feed, OWN.pid);
  return { feed, source, view: () => source.view() };
}

function good<T>(value: T | Errno | undefined): T {
  if (value === undefined || isErrno(value as Errno)) throw new Error(`${String(value)} where a value must be`);
  return value as T;
}

/** The same source with a view of what is known now. */
function fresh(feed: FixedFeed): KernelView {
  return new PortableSource(feed, OWN.pid).view();
}

function files(tree: FileSystem): string[] {
  const found: string[] = [];
  const walk = (directory: Vnode, path: string): void => {
    let after = 0;
    const names: [string, number][] = [];
    directory.list?.(after, { add: (name, _ino, type, cookie) => ((after = cookie), names.push([name, type]), true) }, SUPERUSER);
    for (const [name, type] of names) {
      if (type === S_IFREG) found.push(`${path}${name}`);
      if (type !== S_IFDIR) continue;
      const child = lookup(directory, name, SUPERUSER);
      if (!isErrno(child)) walk(child, `${path}${name}/`);
    }
  };
  walk(tree.root, '/');
  return found;
}

/** Files that never end, or wait for something to happen. */
const ENDLESS = /\/(kmsg|mem|pagemap)$/;

/** Every file that can be read, with its text. */
function textsOf(source: PortableSource): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [root, tree] of [['proc', linprocfs(source, DEFAULT_OPTIONS)], ['sys', linsysfs(source)]] as const) {
    for (const path of files(tree)) {
      if (ENDLESS.test(path)) continue;
      const text = readWhole(tree, path);
      if (!isErrno(text)) texts.set(`${root}${path}`, text);
    }
  }
  return texts;
}

/** What no file of a machine may have in it. */
const SPOILED = /\b(NaN|undefined|null|Infinity|\[object)\b/;
/** Where numbers below 0 belong: priorities, terminals without a group, places for requests, memory that protocols do not count. */
const SIGNED = /\/(stat|sched|personality|events_poll_msecs|patch_state|oom_adj|oom_score_adj|speed|swaps|limits|tcp6?|snmp|protocols|autogroup_nice|mounts|mountinfo|mountstats|filesystems|version|cpuinfo)$|\/sys\/proc\//;

function check(name: string, texts: Map<string, string>): void {
  assert.ok(texts.size > 100, `${name}: ${texts.size} files`);
  for (const [path, text] of texts) {
    // What no driver was chosen for says `(null)`.
    if (path.endsWith('/driver_override') || path.endsWith('/cmdline') || path.endsWith('/comm')) continue;
    assert.not.match(text, SPOILED, `${name}: ${path}: ${text.slice(0, 300)}`);
    if (!SIGNED.test(path) && !path.startsWith('proc/sys/')) assert.not.match(text, /(^|[\s:])-[1-9]\d*($|\s)/, `${name}: ${path}: ${text.slice(0, 300)}`);
  }
}

for (const name of Object.keys(MACHINES)) {
  test(`${name}: every file can be read, and has nothing in it that was not told`, () => {
    check(name, textsOf(sourceOf(name).source));
  });
}

test('Linux: what is told is shown', () => {
  const { view } = sourceOf('Linux');
  const { total, cpus, bootTime } = view().statistics();
  assert.equal(cpus[3]?.ticks, [12_000, 3, 4001, 83_800, 0, 7, 0, 0, 0, 0]);
  assert.is(total.ticks[0], 48_000);
  assert.is(bootTime, Math.floor(machine('Linux').wall / 1000 - 1000.5));
  assert.equal(view().uptime(), { up: 100_050, idle: 4 * 83_800 });
  assert.equal(view().loadAverage(), { averages: [42, 150, 234], running: 2, total: 6, lastId: 77_777 });
  const memory = view().memory();
  assert.is(memory.get('MemTotal'), 16 * 2 ** 20);
  assert.is(memory.get('MemAvailable'), 10 * 2 ** 20);
  assert.is(memory.get('Cached'), 5 * 2 ** 20);
  assert.is(memory.get('SUnreclaim'), 2 ** 19);
  assert.is(memory.get('SwapFree'), 3 * 2 ** 20);
  assert.is(memory.get('Dirty'), 8);
  const { release, version } = view().release();
  assert.equal([release, version], ['6.6.30-lts', '#1 SMP PREEMPT_DYNAMIC Thu May 2 2026']);
  const [processor] = view().processors();
  if (processor?.architecture !== 'x86') throw new Error('not x86');
  assert.equal([processor.vendor, processor.family, processor.model, processor.modelName], ['GenuineIntel', 6, 85, 'Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz']);
  assert.equal(processor.topology, { physicalId: 0, siblings: 4, coreId: 0, cores: 2, apicId: 0, initialApicId: 0 });
  assert.is(processor.frequency, 2_100_000);
  assert.is(processor.cacheSize, 22_528);
  assert.equal(view().partitions(), [
    { major: 8, minor: 0, size: 500 * 2 ** 20, name: 'sda' },
    { major: 8, minor: 1, size: 400 * 2 ** 20, name: 'sda1' },
  ]);
  const [disk, part] = view().diskStatistics();
  assert.equal(disk?.reads, { completed: 1000, merged: 0, sectors: 10_000, time: 500 });
  assert.is(disk?.weightedTime, 1100);
  assert.is(part?.reads.completed, 0);
  assert.is(view().memoryEvents().get('pgpgin'), 5000);
});

test('Linux: processes', () => {
  const { view } = sourceOf('Linux');
  assert.equal(view().processIds(2), [9, 300, 4000, 77_777]);
  const server = good(view().task(300));
  const stat = good(server.stat(true));
  assert.equal([stat.comm, stat.state, stat.parent, stat.nice, stat.priority], ['server', 'R', 1, 5, 25]);
  assert.is(stat.terminal, makeDevice(136, 3));
  // 2 % of what four processors can do in 1000.5 s.
  assert.equal([stat.userTime, stat.systemTime], [8004, 2001]);
  assert.is(stat.startTime, 40_100);
  assert.is(stat.residentPages, 50_000);
  assert.is(Buffer.from(good(server.commandLine())).toString(), '/usr/lib/server/server\0--port\x0080\0-v\0');
  assert.is(server.files.executable(), '/usr/lib/server/server');
  assert.equal([good(server.owner()).uid, good(server.owner()).gid], [33, 33]);
  assert.equal(server.accounting.children(), [4000]);
  const worker = good(view().task(9));
  assert.is(good(worker.stat(true)).state, 'I');
  assert.is(good(worker.status()).memory, undefined);
  assert.is(good(worker.commandLine()).length, 0);
  assert.is(good(view().task(4000)?.stat(true)).state, 'Z');
});

test('Linux: the network', () => {
  const { view } = sourceOf('Linux');
  const network = good(view().task(1)?.network());
  const [lo, eth0] = good(network.read('dev'));
  assert.equal([lo?.name, eth0?.name, eth0?.receivedBytes, eth0?.sendErrors], ['lo', 'eth0', 987_654_321, 4]);
  const tcp = [...good(network.read('tcp'))];
  assert.equal(tcp.map(({ localPort, remotePort, state }) => [localPort, remotePort, state]), [[80, 0, 10], [80, 50_000, 1]]);
  assert.is(tcp[1]?.localAddress, 0xc000_0211);
  const groups = new Map([...good(network.read('snmp')), ...good(network.read('netstat'))].map((group) => [group.name, group.counters]));
  assert.is(groups.get('Tcp')?.get('CurrEstab'), 1);
  assert.is(groups.get('IpExt')?.get('InOctets'), Number(lo?.receivedBytes) + 987_654_321);
  assert.is([...good(network.read('protocols'))].find(({ name }) => name === 'TCP')?.sockets, 2);
  assert.is(good(network.read('softnet_stat')).length, 4);
  assert.equal([...good(network.read('tcp6'))].map(({ localAddress }) => localAddress), [[0, 0, 0, 1]]);
  assert.equal([...(good(network.read('route')) ?? [])].map(({ destination, gateway, flags }) => [destination, gateway, flags]), [
    [0, 0xc000_0201, 3],
    [0xc000_0200, 0, 1],
  ]);
});

test('macOS: what is told otherwise', () => {
  const { view } = sourceOf('macOS');
  const [processor] = view().processors();
  if (processor?.architecture !== 'arm64') throw new Error('not ARM');
  assert.is(processor.implementer, 0x61);
  assert.is(view().release().release, '6.12.0');
  assert.match(view().release().version, /\(Darwin 24\.5\.0\)/);
  const memory = view().memory();
  assert.is(memory.get('Cached'), 6.875 * 2 ** 20);
  assert.is(memory.get('SReclaimable'), 0);
  const chrome = good(view().task(501));
  assert.is(Buffer.from(good(chrome.commandLine())).toString(), '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome\0--flag=1\0');
  assert.equal([good(chrome.owner()).uid, good(chrome.owner()).gid], [501, 20]);
  assert.is(good(view().task(900)?.owner()).uid, 65_534);
  assert.is(good(view().task(700)?.stat(true)).terminal, makeDevice(136, 3));
  assert.equal((good(good(chrome.network()).read('dev')) ?? []).map(({ name }) => name), ['lo', 'en0']);
  assert.equal(good(chrome.mounts.mounts()).map(({ point, type, readOnly }) => [point, type, readOnly]).at(0), ['/', 'apfs', true]);
});

test('FreeBSD: what is told otherwise', () => {
  const { view } = sourceOf('FreeBSD');
  assert.not.ok(view().processIds(0).includes(0));
  assert.is(good(view().task(860)?.stat(true)).terminal, makeDevice(4, 0));
  assert.is(good(view().task(860)?.owner()).uid, 80);
  assert.equal(view().partitions().map(({ name }) => name), ['ada0p1']);
  const [processor] = view().processors();
  assert.equal(processor?.architecture === 'x86' && [processor.vendor, processor.flags.includes('sse4_1')], ['AuthenticAMD', true]);
});

test('FreeBSD: time is counted from when a process was first seen', () => {
  const { feed } = sourceOf('FreeBSD');
  const { processes } = machine('FreeBSD').results;
  assert.is(good(fresh(feed).task(860)?.stat(true)).userTime, 0);
  feed.find('processes', { ...processes, uptime: 10_003 }, { after: 3 });
  assert.is(good(fresh(feed).task(860)?.stat(true)).userTime, 300);
});

test('Windows: what is told otherwise', () => {
  const { view } = sourceOf('Windows');
  assert.equal(view().statistics().cpus[0]?.ticks.slice(0, 6), [50_000, 0, 37_500, 900_000, 0, 2_500]);
  const chrome = good(view().task(5120));
  assert.is(Buffer.from(good(chrome.commandLine())).toString(), 'C:\\Program Files\\Google\\chrome.exe\0--type=renderer\0');
  assert.is(chrome.files.executable(), '/mnt/c/Program Files/Google/chrome.exe');
  const stat = good(chrome.stat(true));
  assert.ok(Number(stat.virtualSize) >= Number(stat.residentPages) * 4096);
  // 2 % of what eight processors can do in 9900.25 s.
  assert.is(stat.userTime, 158_404);
  assert.equal((good(good(chrome.network()).read('dev')) ?? []).map(({ name }) => name), ['Loopback_Pseudo', 'Ethernet_2']);
  assert.ok(good(chrome.mounts.mounts()).some(({ point, type }) => point === '/mnt/c' && type === 'ntfs'));
});

test('illumos: what is not told is as documented', () => {
  const { view } = sourceOf('illumos');
  assert.is(good(view().task(1)?.commandName()), 'init');
  const [init, shell] = [good(view().task(1)?.stat(true)), good(view().task(420)?.stat(true))];
  // Half past ten, less 1000 s, is when it was booted; what began before that did so then.
  assert.equal([init.startTime, shell.startTime], [0, 0]);
  assert.equal([init.nice, init.priority], [0, 20]);
  assert.is(good(view().task(420)?.stat(true)).terminal, makeDevice(5, 1));
  assert.equal(view().partitions(), []);
  assert.equal(good(view().task(1)?.mounts.mounts()).map(({ point }) => point), ['/', '/proc', '/sys', '/dev']);
});

test('where no list of processes can be had, there is the one that shows it', () => {
  const feed = new FixedFeed({ ...machine('Linux'), results: { ...machine('Linux').results, processes: {} } }, OWN);
  const view = fresh(feed);
  assert.equal(view.processIds(0), [OWN.pid]);
  assert.is(view.visitor?.(), OWN.pid);
  assert.is(view.statistics().running, 1);
});

test('a list that cannot be had leaves the one before it, as all that fails does', () => {
  const { feed } = sourceOf('Linux');
  const before = fresh(feed).processIds(0);
  feed.find('processes', {}, { after: 2 });
  feed.find('memory', {}, { after: 2 });
  feed.find('disks', {}, { after: 2 });
  feed.find('times', {}, { after: 2 });
  assert.equal(fresh(feed).processIds(0), before);
  assert.is(fresh(feed).memory().get('MemTotal'), 16 * 2 ** 20);
  assert.is(fresh(feed).partitions().length, 2);
  assert.is(fresh(feed).statistics().cpus.length, 4);
});

test('counters that are told lower stay, and those that begin anew go on', () => {
  const { feed } = sourceOf('Linux');
  const times = (idle: number): Results['times'] => {
    const { times: told } = machine('Linux').results;
    return { ...told, cpus: (told['cpus'] as { times: object }[]).map((cpu) => ({ ...cpu, times: { ...cpu.times, idle } })) };
  };
  const idle = (): unknown => fresh(feed).statistics().cpus[0]?.ticks[3];
  feed.find('times', times(837_000), { after: 1 });
  assert.is(idle(), 83_800);
  feed.find('times', times(838_500), { after: 2 });
  assert.is(idle(), 83_850);
  feed.find('times', times(1_000), { after: 3 });
  assert.is(idle(), 83_950);
  feed.find('times', times(2_000), { after: 4 });
  assert.is(idle(), 84_050);
});

test('a process keeps what it used when the collector is another, and another process with its id has nothing of it', () => {
  const { feed, source } = sourceOf('Linux');
  const { processes } = machine('Linux').results;
  const { list } = processes['processes'] as { list: { pid: number }[] };
  const told = (uptime: number, changes: object): Results['processes'] => ({ uptime, processes: { list: list.map((each) => (each.pid === 300 ? { ...each, ...changes } : each)) } });
  const times = (): unknown[] => {
    const stat = good(fresh(feed).task(300)?.stat(true));
    return [stat.userTime, stat.systemTime];
  };
  const task = good(source.view().task(300)) as TaskView;
  feed.find('processes', told(1002.5, { cpuu: 50, cpus: 0 }), { after: 2 });
  assert.equal(times(), [8404, 2001]);
  // Another collector tells what all of it is: a little less by its clock.
  feed.find('processes', told(1004.5, { cpuu: 2.09, cpus: 0.5 }), { after: 4, first: true });
  assert.equal(times(), [8404, 2009]);
  feed.find('processes', told(1006.5, { cpuu: 0.001, cpus: 0, started: '2026-05-17 10:30:05' }), { after: 6, first: true });
  assert.equal(times(), [4, 0]);
  source.view();
  assert.ok(isErrno(task.stat(true) as Errno), 'the process that was there is gone');
  feed.find('processes', { uptime: 1008.5, processes: { list: list.filter(({ pid }) => pid !== 300) } }, { after: 8 });
  assert.is(fresh(feed).task(300), undefined);
});

test('a read wants the parts that it shows, and no others', () => {
  const { feed, view } = sourceOf('Linux');
  const wants = (read: () => unknown): Part[] => {
    feed.wanted.clear();
    read();
    return PARTS.filter((part) => feed.wanted.has(part));
  };
  assert.equal(wants(() => view().memory()), ['memory']);
  assert.equal(wants(() => view().uptime()), ['times']);
  assert.equal(wants(() => view().processIds(0)), ['processes']);
  assert.equal(wants(() => view().partitions()), ['disks']);
  assert.equal(wants(() => good(view().task(1)?.network()).read('tcp')), ['processes', 'connections']);
  // Making the tree reads more.
  view().sysfs();
  const objects: Part[] = ['machine', 'interfaces', 'disks', 'hardware'];
  assert.equal(wants(() => good(view().sysfs()).list('class/net')), objects, 'what programs must be asked for is not, for what hardly changes is there');
  assert.equal(wants(() => good(view().sysfs()).list('class/power_supply')), [...objects, 'power']);
  assert.equal(wants(() => good(view().sysfs()).entry('class/thermal/thermal_zone9')), [...objects, 'temperatures']);
  assert.equal(wants(() => attributesIn(view(), 'class/power_supply/BAT0')), [...objects, 'power']);
  assert.equal(wants(() => attributesIn(view(), 'class/hwmon/hwmon0')), [...objects, 'temperatures']);
});

/** The attributes of a kernel object, but for those that all objects have. */
function attributesIn(view: KernelView, link: string): object | undefined {
  const sysfs = good(view.sysfs());
  const path = sysfs.link(link);
  if (isErrno(path as Errno)) return undefined;
  const names = good(sysfs.list(path as string)).filter(({ name, type }) => type === S_IFREG && name !== 'uevent');
  return Object.fromEntries(names.map(({ name }) => [name, good(sysfs.read(`${path as string}/${name}`)).value]));
}

/** What the model has for the fields of a table, for a machine. */
function modelOf(view: KernelView): { readonly [Name in TableName]?: object | undefined } {
  const task = good(view.task(view.visitor?.() ?? 1));
  const network = good(task.network());
  const [processor] = view.processors();
  const status = good(task.status());
  const of = (architecture: string): object | undefined => (processor?.architecture === architecture ? processor : undefined);
  const called = (it: object, names: readonly string[]): object =>
    Object.fromEntries(names.map((name) => [name, (it as Readonly<Record<string, (argument?: unknown) => unknown>>)[name]?.(0)]));
  const fixedOf = (table: TableName): string[] => Object.entries(TABLES[table].fields).flatMap(([field, origin]) => ('is' in origin ? [field] : []));
  return {
    statistics: view.statistics(),
    uptime: view.uptime(),
    load: view.loadAverage(),
    release: view.release(),
    x86: of('x86'),
    arm64: of('arm64'),
    riscv: of('riscv'),
    memory: Object.fromEntries(view.memory()),
    memoryEvents: Object.fromEntries(view.memoryEvents()),
    partition: view.partitions().find(({ name }) => !/^sd/.test(name)),
    disk: view.diskStatistics()[0],
    swap: view.swapAreas()[0],
    traffic: (good(network.read('dev')) ?? [])[0],
    socket: [...good(network.read('tcp'))][0],
    softnet: good(network.read('softnet_stat'))[0],
    counters: Object.fromEntries([...good(network.read('snmp')), ...good(network.read('netstat'))].flatMap(({ counters }) => [...counters])),
    protocol: [...good(network.read('protocols'))][0],
    route: [...(good(network.read('route')) ?? [])][0],
    address6: good(network.read('if_inet6'))[0],
    mount: good(task.mounts.mounts())[0],
    owner: good(task.owner()),
    stat: good(task.stat(true)),
    statm: good(task.memoryPages()),
    status,
    taskMemory: status.memory,
    files: called(task.files, fixedOf('files')),
    addressSpace: called(task.addressSpace, fixedOf('addressSpace')),
    scheduling: called(task.scheduling, fixedOf('scheduling')),
    accounting: called(task.accounting, fixedOf('accounting')),
    security: called(task.security, fixedOf('security')),
    frequency: attributesIn(view, 'devices/system/cpu/cpu0/cpufreq'),
    firmware: attributesIn(view, 'class/dmi/id'),
    mains: attributesIn(view, 'class/power_supply/AC'),
    battery: attributesIn(view, 'class/power_supply/BAT0'),
    sensor: attributesIn(view, 'class/hwmon/hwmon0'),
    zone: attributesIn(view, 'class/thermal/thermal_zone0'),
    rest: called(view, fixedOf('rest').filter((name) => !['interrupts', 'softInterrupts'].includes(name))),
  };
}

/** The tables whose rows are 0 that are not listed. */
const ZERO_ROWS: ReadonlySet<string> = new Set(['memory', 'counters']);

/** Names below a directory of /sys. */
function namesIn(view: KernelView, directory: string): string[] {
  return good(good(view.sysfs()).list(directory)).map(({ name }) => name);
}

function attributes(view: KernelView, link: string): Readonly<Record<string, unknown>> {
  return good(attributesIn(view, link)) as Readonly<Record<string, unknown>>;
}

test('batteries are in the units of the kernel, and what is not told is absent', () => {
  const battery = attributes(sourceOf('Linux').view(), 'class/power_supply/BAT0');
  assert.equal(
    [battery['status'], battery['voltage_now'], battery['energy_full_design'], battery['energy_full'], battery['energy_now'], battery['capacity'], battery['cycle_count']],
    ['Discharging', 15_400_000, 57_020_000, 48_510_000, 24_255_000, 50, 151],
  );
  // What is left in three hours.
  assert.is(battery['power_now'], 8_085_000);
  assert.is(attributes(sourceOf('Linux').view(), 'class/power_supply/AC')['online'], 0);
  const apple = attributes(sourceOf('macOS').view(), 'class/power_supply/BAT0');
  assert.equal([apple['status'], apple['technology'], 'power_now' in apple], ['Charging', 'Li-ion', false]);
  const windows = sourceOf('Windows').view();
  assert.equal(namesIn(windows, 'class/power_supply'), ['AC', 'BAT0', 'BAT1']);
  assert.is(attributes(windows, 'class/power_supply/BAT1')['model_name'], '2049SMP');
  // systeminformation has the opposite of hw.acpi.acline.
  const beastie = sourceOf('FreeBSD').view();
  assert.is(attributes(beastie, 'class/power_supply/AC')['online'], 1);
  assert.equal(attributes(beastie, 'class/power_supply/BAT0'), { type: 'Battery', status: 'Charging', present: 1, technology: 'Unknown', capacity: 97, capacity_level: 'Normal' });
});

test('a machine without batteries, thermometers and firmware has the directories of them, and clocks where they are told', () => {
  const view = sourceOf('illumos').view();
  for (const name of ['dmi', 'hwmon', 'power_supply', 'thermal']) assert.equal(namesIn(view, `class/${name}`), [], name);
  assert.not.ok(namesIn(view, 'devices/system/cpu/cpu0').includes('cpufreq'));
  assert.equal(['cpuinfo_min_freq', 'cpuinfo_max_freq', 'scaling_cur_freq', 'scaling_governor'].map((name) => attributes(sourceOf('Linux').view(), 'devices/system/cpu/cpu3/cpufreq')[name]), [1_000_000, 3_700_000, 2_100_000, 'powersave']);
});

test('thermometers are those that Linux has for the processor', () => {
  const zones = (name: string): unknown[] => {
    const { view } = sourceOf(name);
    return namesIn(view(), 'class/thermal').map((zone) => [attributes(view(), `class/thermal/${zone}`)['type'], attributes(view(), `class/thermal/${zone}`)['temp']]);
  };
  assert.equal(zones('Linux'), [['x86_pkg_temp', 52_000], ['acpitz', 27_800], ['acpitz', 41_100], ['pch', 47_500]]);
  assert.equal(zones('macOS'), [['cpu-thermal', 48_250], ['pch', 44_000]]);
  assert.equal(zones('Windows'), [['x86_pkg_temp', 44_900], ['acpitz', 44_900], ['acpitz', 29_900]]);
  assert.equal(attributes(sourceOf('Linux').view(), 'class/hwmon/hwmon0'), {
    name: 'coretemp', temp1_input: 52_000, temp1_label: 'Package id 0', temp2_input: 50_500, temp2_label: 'Core 0', temp3_input: 51_000, temp3_label: 'Core 1',
  });
  assert.equal(attributes(sourceOf('FreeBSD').view(), 'class/hwmon/hwmon0'), { name: 'k10temp', temp1_input: 55_130, temp1_label: 'Tctl' });
});

test('firmware is told as the kernel has it', () => {
  const firmware = attributes(sourceOf('Linux').view(), 'class/dmi/id');
  assert.equal([firmware['bios_date'], firmware['chassis_type'], firmware['product_name']], ['11/03/2025', '10', 'Lab Book 14']);
  assert.is(firmware['modalias'], 'dmi:bvnFirFirmware:bvr1.22.0:bd11/03/2025:br1.22:svnTannenInc.:pnLabBook14:pvrA01:rvnTannenInc.:rn0ABC12:rvrA00:cvnTannenInc.:ct10:cvrC3:skuLB14:');
});

test('a battery goes on while its files are there, and they go with it', () => {
  const { feed, view } = sourceOf('Linux');
  const { battery } = machine('Linux').results.power as { battery: object };
  const sysfs = view().sysfs();
  feed.find('power', { battery: { ...battery, percent: 49, acConnected: true, isCharging: true } }, { after: 10 });
  assert.is(view().sysfs(), sysfs, 'the same files are there');
  assert.equal(['capacity', 'status'].map((name) => attributes(view(), 'class/power_supply/BAT0')[name]), [49, 'Charging']);
  assert.is(attributes(view(), 'class/power_supply/AC')['online'], 1);
  feed.find('power', {}, { after: 20 });
  assert.equal(namesIn(view(), 'class/power_supply'), ['AC', 'BAT0'], 'a call that fails leaves what was known');
  feed.find('power', { battery: { hasBattery: false, acConnected: true } }, { after: 30 });
  assert.equal(namesIn(view(), 'class/power_supply'), []);
});

test('what cannot be is not shown of batteries, thermometers and firmware', () => {
  const { feed, view } = sourceOf('Linux');
  for (const wrong of [null, -1, Number.NaN, 1e300, Number.POSITIVE_INFINITY, 'two\nlines', {}]) {
    feed.find('power', { battery: { hasBattery: true, capacityUnit: 'mWh', cycleCount: wrong, voltage: wrong, designedCapacity: wrong, maxCapacity: wrong, currentCapacity: wrong, percent: wrong, timeRemaining: wrong, acConnected: wrong } });
    assert.equal(attributes(view(), 'class/power_supply/BAT0'), { type: 'Battery', status: 'Discharging', present: 1, technology: 'Unknown' }, String(wrong));
    assert.equal(namesIn(view(), 'class/power_supply'), ['BAT0']);
    feed.find('temperatures', { temperature: { main: wrong, cores: [wrong], socket: [wrong], chipset: wrong } });
    assert.equal([...namesIn(view(), 'class/thermal'), ...namesIn(view(), 'class/hwmon')], [], String(wrong));
  }
  feed.find('hardware', { system: { manufacturer: 'two\nlines\0', model: 'a:b', serial: null }, bios: [], chassis: { type: 'none of these' }, baseboard: { serial: 'x'.repeat(5000) } });
  const { board_serial: serial, ...firmware } = attributes(view(), 'class/dmi/id');
  assert.equal(firmware, { sys_vendor: 'two lines', product_name: 'a:b', modalias: 'dmi:svntwolines:pnab:' });
  assert.is(String(serial).length, 255);
});

test('what the table says to be the same everywhere is, and every field that is printed is in it', () => {
  const seen = new Set<string>();
  for (const name of Object.keys(MACHINES)) {
    const model = modelOf(sourceOf(name).view());
    for (const [table, values] of Object.entries(model) as [TableName, object | undefined][]) {
      if (!values) continue;
      seen.add(table);
      const fields: Readonly<Record<string, Origin>> = TABLES[table].fields;
      for (const [field, value] of Object.entries(values)) {
        const origin = fields[field];
        if (!origin) assert.equal([ZERO_ROWS.has(table), value], [true, 0], `${name}: ${table}.${field} is not in the table`);
        else if ('is' in origin) assert.equal(value, origin.is, `${name}: ${table}.${field}`);
      }
    }
  }
  assert.equal(Object.keys(TABLES).filter((table) => !seen.has(table)), ['riscv']);
});

test('files that the table says are lacking are not there', () => {
  const { view } = sourceOf('Linux');
  for (const { fields } of Object.values(TABLES)) {
    for (const origin of Object.values(fields) as Origin[]) {
      if (!('lacks' in origin) || /^E[A-Z]+$/.test(origin.lacks) || /: /.test(origin.lacks)) continue;
      assert.not.ok(view().has(origin.lacks), origin.lacks);
    }
  }
});

test('what the allocators have adds up to what meminfo has', () => {
  for (const name of Object.keys(MACHINES)) {
    const view = sourceOf(name).view();
    const kib = (row: string): number => Number(view.memory().get(row));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const within = (pages: number, row: string): void => assert.ok(Math.abs(pages * 4 - kib(row)) < 4, `${name}: ${row}: ${pages} pages, ${kib(row)} KiB`);
    within(sum(view.freeAreas().flatMap(({ counts }) => counts.map((count, order) => Number(count) * 2 ** order))), 'MemFree');
    within(sum(view.memoryZones().map(({ free }) => Number(free))), 'MemFree');
    within(sum(view.memoryZones().map(({ pages }) => Number(pages.get('managed')))), 'MemTotal');
    for (const zone of view.memoryZones()) assert.ok(Number(zone.free) <= Number(zone.pages.get('managed')), `${name}: ${zone.zone}`);
    const caches = view.slabCaches();
    assert.ok(Math.abs(sum(caches.map(({ slabs, pagesPerSlab }) => Number(slabs) * Number(pagesPerSlab))) * 4 - kib('Slab')) < 8, `${name}: Slab`);
    assert.is(new Set(caches.map(({ name: cache }) => cache)).size, caches.length);
    assert.equal(view.schedulerStatistics().cpus.map(({ id }) => id), view.statistics().cpus.map(({ id }) => id));
  }
  const { view } = sourceOf('Linux');
  assert.is(view().schedulerStatistics().cpus[3]?.runTime, (12_000 + 3 + 4001 + 7) * 1e7);
  const task = good(view().task(1));
  assert.is(good(task.addressSpace.totalUsage()).usage.resident, good(task.status()).memory?.resident);
});

test('what is written of a process is shown where it was written, and keys of sysrq-trigger are taken', () => {
  const tree = linprocfs(sourceOf('Linux').source, DEFAULT_OPTIONS);
  assert.is(readWhole(tree, `${OWN.pid}/loginuid`), '4294967295');
  assert.is(writeOnce(tree, `${OWN.pid}/loginuid`, '1000'), 4);
  assert.is(readWhole(tree, `${OWN.pid}/loginuid`), '1000');
  assert.is(readWhole(tree, `${OWN.pid}/sessionid`), '4294967295');
  assert.is(readWhole(tree, `${OWN.pid}/coredump_filter`), '00000033\n');
  assert.is(writeOnce(tree, `${OWN.pid}/coredump_filter`, '0x3f'), 4);
  assert.is(readWhole(tree, `${OWN.pid}/coredump_filter`), '0000003f\n');
  const counters = ['rchar', 'wchar', 'syscr', 'syscw', 'read_bytes', 'write_bytes', 'cancelled_write_bytes'];
  assert.is(readWhole(tree, `${OWN.pid}/io`), counters.map((name) => `${name}: 0\n`).join(''));
  assert.is(readWhole(tree, `${OWN.pid}/autogroup`), `/autogroup-${OWN.pid} nice 0\n`);
  assert.is(writeOnce(tree, `${OWN.pid}/autogroup`, '5'), 1);
  assert.is(readWhole(tree, `${OWN.pid}/autogroup`), `/autogroup-${OWN.pid} nice 5\n`);
  assert.is(writeOnce(tree, `${OWN.pid}/oom_score_adj`, '1000'), 4);
  assert.equal(['oom_score_adj', 'oom_adj'].map((name) => readWhole(tree, `${OWN.pid}/${name}`)), ['1000\n', '15\n']);
  assert.is(writeOnce(tree, `${OWN.pid}/oom_score_adj`, '1001'), EINVAL);
  assert.is(writeOnce(tree, `${OWN.pid}/timerslack_ns`, '60000'), 5);
  assert.is(readWhole(tree, `${OWN.pid}/timerslack_ns`), '60000\n');
  assert.is(writeOnce(tree, 'sysrq-trigger', 'h'), 1);
  const none = 'avg10=0.00 avg60=0.00 avg300=0.00 total=0\n';
  for (const resource of ['cpu', 'io', 'memory']) assert.is(readWhole(tree, `pressure/${resource}`), `some ${none}full ${none}`);
});

test('docs/portable.md has the table', () => {
  const text = readFileSync(fileURLToPath(new URL('../../../docs/portable.md', import.meta.url)), 'utf8');
  assert.is(text.slice(text.indexOf(GENERATED) + GENERATED.length), fieldsText(), '`npm run portable-table` writes it anew');
});

/**
 * What Linux is told and not shown as, by part and path; `N` is any number. Some of it counts where the rest is missing, or on other systems:
 * the brand where there is no model, the sums of mem() where its parts are not told, and of one processor what ps(1) tells.
 */
const UNUSED: Readonly<Record<string, string>> = {
  'connections.connections.N': 'pid process',
  'disks.devices.N': 'fsType group label model mount physical protocol serial uuid',
  'disks.mounts.N': 'available size use used',
  'hardware.baseboard': 'memMax memSlots',
  'hardware.bios': 'serial',
  'hardware.chassis': 'model sku',
  'hardware.system': 'virtual',
  'interfaces.interfaces.N': 'carrierChanges default dhcp dnsSuffix ieee8021xAuth ieee8021xState ifaceName type virtual',
  machine: 'arch type',
  'machine.cpu': 'brand cores efficiencyCores manufacturer performanceCores revision socket speed vendor virtualization voltage',
  'machine.cpus.N': 'speed',
  'machine.cpus.N.times': 'idle irq nice sys user',
  'memory.mem': 'active buffcache swapused used',
  'processes.processes': 'all blocked running sleeping unknown',
  'processes.processes.list.N': 'cpu mem priority',
  'temperatures.temperature': 'max',
  times: 'free total',
  'times.cpus.N': 'model',
  'traffic.traffic.N': 'ms operstate rx_sec tx_sec',
  'transfers.amounts': 'ms rx_sec tx tx_sec wx_sec',
  'transfers.files': 'available',
  'transfers.requests': 'ms rIO_sec rWaitPercent tIO tIO_sec tWaitPercent wIO_sec wWaitPercent',
};

/** Another value of the same kind. */
function another(value: unknown): unknown {
  if (typeof value === 'number') return value * 2 + 8192;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? (/^\d+$/.test(value) ? String(Number(value) + 1) : 'other') : 4096;
}

/** Every value in some results with its path, and the results with another one in its place. */
function* changed(value: unknown, path: string): Generator<{ readonly path: string; readonly value: unknown }> {
  if (typeof value !== 'object' || value === null) {
    yield { path, value: another(value) };
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    for (const inner of changed(each, `${path}.${Array.isArray(value) ? 'N' : key}`)) {
      const whole = Array.isArray(value) ? value.map((other, index) => (String(index) === key ? inner.value : other)) : { ...value, [key]: inner.value };
      yield { path: inner.path, value: whole };
    }
  }
}

test('what is told changes what is shown, but for what is known not to', () => {
  const fixture = machine('Linux');
  const shown = (results: Results): string => {
    const { processes, traffic, ...rest } = new FixedFeed({ ...fixture, results }, OWN).now();
    return JSON.stringify([rest, [...traffic], [...processes.memory.numbers], [...processes.memory.text]]);
  };
  const usual = shown(fixture.results);
  const used = new Set<string>();
  const unused = new Set<string>();
  for (const part of PARTS) {
    for (const { path, value } of changed(fixture.results[part], part)) {
      (shown({ ...fixture.results, [part]: value }) === usual ? unused : used).add(path);
    }
  }
  const known = Object.entries(UNUSED).flatMap(([path, names]) => names.split(' ').map((name) => `${path}.${name}`));
  assert.equal([...unused].filter((path) => !used.has(path)).sort(), known.sort());
});

/** Numbers from a seed, below a limit. */
function chances(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const WRONG: readonly unknown[] = [undefined, null, '', 'unknown', Number.NaN, Number.POSITIVE_INFINITY, -1, -1e30, 1e300, true, [], {}, [null], '-', '\0\n\x7f', 'ü€\u{1f600}', 12.75, '0x10', 2 ** 53, '../..', 'a b:c'];

/** A value with some of what is in it left out or replaced. */
function spoiled(value: unknown, chance: (limit: number) => number, rate: number): unknown {
  if (chance(rate) === 0) return WRONG[chance(WRONG.length)];
  if (Array.isArray(value)) return value.filter(() => chance(rate) !== 0).map((each) => spoiled(each, chance, rate));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(() => chance(rate) !== 0).map(([key, each]) => [key, spoiled(each, chance, rate)]));
}

test('whatever is missing or wrong, all files can be read', () => {
  for (const [name, fixture] of Object.entries(MACHINES)) {
    for (let seed = 1; seed <= 5; seed++) {
      const chance = chances(seed * 977);
      const rate = [3, 8, 20, 60][seed % 4] ?? 8;
      const results = Object.fromEntries(PARTS.map((part) => [part, spoiled(fixture.results[part], chance, rate) ?? {}])) as unknown as Results;
      const safe = Object.fromEntries(PARTS.map((part) => [part, typeof results[part] === 'object' ? results[part] : {}])) as unknown as Results;
      const feed = new FixedFeed({ ...fixture, results: safe }, OWN);
      // Then the same machine as it is, and spoiled again.
      check(`${name} ${seed}`, textsOf(new PortableSource(feed, OWN.pid)));
      if (seed > 2) continue;
      for (const part of PARTS) feed.find(part, fixture.results[part], { after: 2 });
      check(`${name} ${seed} whole`, textsOf(new PortableSource(feed, OWN.pid)));
    }
  }
});

test.run();
