/** Programs on simulated machines: a server with 512 CPUs and 10,000 processes, and a router with one CPU. */

import { spawnSync } from 'node:child_process';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Mount, mountFuse, trees } from '../../mounts/cli/library.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/simulated/', import.meta.url));
/** What takes longer hangs. */
const LIMIT_MS = 120_000;

const reason = reasonNotToMount() ?? missingProgram('unshare', 'mount', 'ps', 'top');

/** A machine that is mounted, and a shell in which its /proc and /sys are the only ones. */
class Mounted {
  readonly #mounts: readonly Mount[];
  readonly #places: readonly string[];

  private constructor(mounts: readonly Mount[], places: readonly string[]) {
    this.#mounts = mounts;
    this.#places = places;
  }

  static async of(example: string, directory: string): Promise<Mounted> {
    const source = `simulated:${resolve(EXAMPLES, example)}.json`;
    const places = ['proc', 'sys'].map((name) => join(directory, basename(example), name));
    const mounts: Mount[] = [];
    for (const [index, target] of places.entries()) {
      mkdirSync(target, { recursive: true });
      mounts.push(await mountFuse({ target, tree: index === 0 ? trees.linprocfs({ source }) : trees.linsysfs({ source }) }));
    }
    return new Mounted(mounts, places);
  }

  run(line: string, input = ''): string {
    const [proc = '', sys = ''] = this.#places;
    const command = `mount --bind "$1" /proc && mount --bind "$2" /sys && exec sh -c "$3"`;
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', command, 'sh', proc, sys, line], {
      encoding: 'latin1',
      input,
      timeout: LIMIT_MS,
      maxBuffer: 64 * 2 ** 20,
    });
    assert.is(status, 0, `${line}: ${stderr}`);
    return stdout;
  }

  async end(): Promise<void> {
    for (const mount of this.#mounts) await mount.unmount();
  }
}

function number(text: string, pattern: RegExp): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in ${text.slice(0, 2000)}`);
  return Number(found);
}

/** What is expected of a machine. */
interface Expected {
  readonly example: string;
  readonly cpus: number;
  readonly processes: readonly [least: number, most: number];
  readonly memoryMiB: number;
  readonly visitor: string;
}

const MACHINES: readonly Expected[] = [
  { example: 'big', cpus: 512, processes: [9_700, 10_500], memoryMiB: 1_572_864, visitor: 'vi' },
  { example: 'router', cpus: 1, processes: [25, 60], memoryMiB: 128, visitor: 'ash' },
];

/** As many CPUs as the kernel of any machine has room for in a set. */
const NODES = JSON.stringify({ version: 1, processors: { sockets: 2, cores: 8, threads: 2, nodesPerSocket: 2 }, memory: { total: '64GiB' } });

if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
} else {
  const directory = temporaryDirectory();
  test.after(() => removeDirectory(directory));
  test('numactl lists the CPUs of each node', async () => {
    const missing = missingProgram('numactl');
    if (missing !== undefined) return console.log(`skipped: ${missing}`);
    writeFileSync(join(directory, 'nodes.json'), NODES);
    const machine = await Mounted.of(join(directory, 'nodes'), directory);
    try {
      const text = machine.run('numactl --hardware');
      assert.match(text, /^available: 4 nodes \(0-3\)\nnode 0 cpus: 0 1 2 3 16 17 18 19\nnode 0 size: 16384 MB\n/);
      assert.match(text, /^node 3 cpus: 12 13 14 15 28 29 30 31$/m);
      assert.match(text, /^ {2}3: +32 +32 +12 +10 $/m);
    } finally {
      await machine.end();
    }
  });

  for (const expected of MACHINES) {
    const { example, cpus } = expected;
    let machine: Mounted;
    const having = (program: string, name: string, body: () => void): void => {
      test(`${example}: ${name}`, () => {
        const missing = missingProgram(program);
        if (missing === undefined) body();
        else console.log(`skipped: ${missing}`);
      });
    };

    test(`${example}: is mounted`, async () => {
      machine = await Mounted.of(example, directory);
    });

    having('ps', 'ps lists all processes', () => {
      const lines = machine.run('ps -eo pid,ppid,stat,time,rss,args --no-headers').trim().split('\n');
      const [least, most] = expected.processes;
      assert.ok(lines.length >= least && lines.length <= most, String(lines.length));
      assert.ok(lines.every((line) => /^ *\d+ +\d+ [RSDTZI][<NsLl+]* +[\d:-]+ +\d+ \S/.test(line)), lines.find((line) => !/^ *\d+ +\d+ [RSDTZI]/.test(line)));
      assert.match(machine.run('cat /proc/self/comm'), new RegExp(`^${expected.visitor}\n`));
    });

    having('top', 'top sees the load', () => {
      const text = machine.run('TERM=dumb top -b -n 2 -d 0.5 -w 200');
      const last = text.slice(text.lastIndexOf('top - '));
      const [least, most] = expected.processes;
      const tasks = number(last, /^Tasks: *(\d+) total/m);
      assert.ok(tasks >= least && tasks <= most);
      const idle = number(last, /^%Cpu.* ([\d.]+) id/m);
      assert.ok(idle > 20 && idle < 95, String(idle));
    });

    having('htop', 'htop draws', () => {
      const missing = missingProgram('script');
      if (missing !== undefined) return console.log(`skipped: ${missing}`);
      const text = machine.run(`(sleep 8; echo q) | HOME=/nonexistent script -qec 'stty rows 70 cols 180; TERM=xterm htop' /dev/null`);
      assert.match(text, /Tasks:/);
      assert.match(text, /Load average:/);
    });

    having('free', 'free and vmstat know the memory', () => {
      assert.is(number(machine.run('free -m'), /^Mem: +(\d+)/m), expected.memoryMiB);
      const [, , since = '', now = ''] = machine.run('vmstat 1 2').trim().split('\n');
      for (const line of [since, now]) {
        const columns = line.trim().split(/ +/).map(Number);
        const shares = columns.slice(12).reduce((sum, share) => sum + share, 0);
        assert.ok(shares >= 97 && shares <= 103, line);
      }
    });

    having('uptime', 'uptime tells the load', () => {
      const load = number(machine.run('uptime'), /load average: ([\d.]+)/);
      assert.ok(cpus === 1 ? load < 1 : load > 50 && load < 512, String(load));
    });

    having('lscpu', 'lscpu finds the processors', () => {
      const text = machine.run('lscpu');
      assert.is(number(text, /^CPU\(s\): +(\d+)/m), cpus);
      if (cpus === 512) {
        assert.is(number(text, /^Socket\(s\): +(\d+)/m), 2);
        assert.is(number(text, /^Thread\(s\) per core: +(\d+)/m), 2);
        assert.is(number(text, /^NUMA node\(s\): +(\d+)/m), 8);
        assert.match(text, /^NUMA node7 CPU\(s\): +224-255,480-511$/m);
        assert.match(text, /^L3( cache)?: +512 MiB/m);
      }
    });

    having('lstopo', 'lstopo draws them', () => {
      const text = machine.run('HWLOC_COMPONENTS=linux,stop lstopo --of console --no-io 2>/dev/null || lstopo --of console');
      const units = text.match(/PU L#\d+/g)?.length ?? 0;
      assert.is(units, cpus);
    });

    having('lsblk', 'lsblk finds the disks', () => {
      assert.match(machine.run('lsblk -no NAME,TYPE'), cpus === 1 ? /mmcblk0 +disk/ : /nvme2n1 +disk/);
    });

    having('lspci', 'lspci finds the devices on their buses', () => {
      const text = machine.run('lspci -nnvv 2>/dev/null');
      const nodes = new Set([...text.matchAll(/NUMA node: (\d+)/g)].map(([, node]) => node));
      assert.is(nodes.size, cpus === 1 ? 0 : 8, 'the buses of each node');
      assert.match(text, cpus === 1 ? /^\S+ .*\[0805\]/m : /^c1:00\.1 .*\[0200\].*\[15b3:101d\]/m);
      assert.match(text, /LnkSta:\tSpeed/);
      assert.not.match(text, /Unknown header|<access denied>|!!!/);
      assert.is(machine.run('lspci -A linux-proc -xxxx 2>/dev/null'), machine.run('lspci -A linux-sysfs -xxxx 2>/dev/null'));
    });

    having('lsscsi', 'lsscsi finds units and NVMe', () => {
      const text = machine.run('lsscsi -l');
      if (cpus === 1) assert.is(text, '');
      else assert.match(text, /^\[0:0:1:0\] +disk +SEAGATE +ST22000NM000D +E004 .*\n.*type=0.*\n\[N:0:0:1\] +disk +SAMSUNG/m);
    });

    having('lstopo', 'lstopo finds disks and cards near to their nodes', () => {
      const text = machine.run('HWLOC_COMPONENTS=linux,pci,stop lstopo --of console --no-caches').replace(/^ *(?:Core|PU) .*\n/gm, '');
      if (cpus === 512) assert.match(text, /NUMANode L#6 .*\n +HostBridge\n +PCIBridge\n +PCI c1:00\.0 \(Ethernet\)\n +Net "eth0"/);
    });

    test(`${example}: the firmware says what it is`, () => {
      assert.match(machine.run('cat /sys/class/dmi/id/product_name'), cpus === 1 ? /^Simulated machine\n/ : /^Big Server 512\n/);
    });

    test(`${example}: is taken away`, async () => machine.end());
  }
}

test.run();
