/**
 * Makes the recordings in test/recorded/machines: boots virtual machines of several shapes with Debian's kernel, and records each with
 * what `compatfs record --redact` uses. Run by hand: node dist/test/recorded/make-fixtures.js [NAME..]
 */

import { mkdirSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Recording, bytesInMemory } from '../../providers/sources/recorded/recording.ts';
import { encodeEnd, encodeSampleSection, encodeStart } from '../../providers/sources/recorded/encode.ts';
import { Guest, reasonNotToBoot } from '../guest/guest.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
const MACHINES = fileURLToPath(new URL('../../../test/recorded/machines/', import.meta.url));
const RECORD_MS = 900_000;
/** Brotli's best. */
const QUALITY = 11;

/** What is large and the same in all of them. */
const LEFT_OUT = /^(?:proc\/(?:kallsyms|config\.gz|dynamic_debug\/control|vmallocinfo|slabinfo|crypto|timer_list)|sys\/kernel\/btf\/.*|sys\/kernel\/notes|sys\/kernel\/slab\/.*|dev\/kmsg)$/;

interface Shape {
  readonly memory: number;
  readonly machine: readonly string[];
  readonly modules?: readonly string[];
  /** MiB of each disk. */
  readonly disks?: readonly number[];
  /** What is done in it before it is recorded. */
  readonly prepare: string;
  /** What runs the recorder. */
  readonly record: string;
}

const RECORD = 'node /record.js';

const SHAPES: Readonly<Record<string, Shape>> = {
  'single-core': { memory: 1024, machine: [], prepare: 'hostname router', record: RECORD },
  numa: {
    memory: 2048,
    machine: [
      ...['-smp', '16,sockets=4,cores=2,threads=2'],
      ...[0, 1, 2, 3].flatMap((node) => [
        ...['-object', `memory-backend-ram,id=node${node},size=512M`],
        ...['-numa', `node,nodeid=${node},memdev=node${node},cpus=${node * 4}-${node * 4 + 3}`],
      ]),
    ],
    prepare: 'hostname big; for one in 1 2 3 4 5 6 7 8; do sleep 100000 & done',
    record: RECORD,
  },
  container: {
    memory: 1536,
    machine: ['-smp', '4'],
    prepare: [
      'hostname outside',
      'mount -t cgroup2 none /sys/fs/cgroup',
      "echo '+cpu +memory +pids +cpuset +io' >/sys/fs/cgroup/cgroup.subtree_control",
      'mkdir /sys/fs/cgroup/limited',
      "echo '150000 100000' >/sys/fs/cgroup/limited/cpu.max",
      'echo 512M >/sys/fs/cgroup/limited/memory.max',
      'echo 100 >/sys/fs/cgroup/limited/pids.max',
      'echo 1-2 >/sys/fs/cgroup/limited/cpuset.cpus',
    ].join('; '),
    record: `echo $$ >/sys/fs/cgroup/limited/cgroup.procs; exec unshare -m -u -i -n -p -f --mount-proc sh -c 'hostname inside; sleep 100000 & ${RECORD}'`,
  },
  disks: {
    memory: 1024,
    machine: [],
    modules: ['virtio_blk', 'raid1', 'ext4'],
    disks: [64, 64, 64, 64, 64, 64, 64, 64],
    prepare: [
      'hostname store',
      'mkswap /dev/vda; swapon -p 5 /dev/vda; mkswap /dev/vdb; swapon /dev/vdb',
      'mke2fs /dev/vde >/dev/null; mount -t ext4 /dev/vde /mnt; echo data >/mnt/file; sync',
      'echo md0 >/sys/module/md_mod/parameters/new_array; cd /sys/block/md0/md',
      'echo none >metadata_version; echo raid1 >level; echo 2 >raid_disks; echo 65536 >component_size',
      'for disk in vdc vdd; do cat /sys/block/$disk/dev >new_dev; done; echo 0 >dev-vdc/slot; echo 1 >dev-vdd/slot',
      'echo insync >dev-vdc/state; echo insync >dev-vdd/state; echo active >array_state; cat /proc/mdstat',
    ].join('; '),
    record: RECORD,
  },
};

/** Node.js with its libraries, and our modules. */
function programs(): Record<string, Buffer> {
  const files: Record<string, Buffer> = { 'bin/node': readFileSync(process.execPath) };
  const { stdout } = spawnSync('ldd', [process.execPath], { encoding: 'utf8' });
  for (const [, library = ''] of stdout.matchAll(/(\/\S+) \(0x/g)) files[library.slice(1)] = readFileSync(library);
  const add = (directory: string): void => {
    for (const entry of readdirSync(join(DIST, directory), { withFileTypes: true })) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) add(path);
      else if (/(?<!\.test)\.js$/.test(entry.name)) files[path] = readFileSync(join(DIST, path));
    }
  };
  add('fs');
  add('providers');
  files['package.json'] = Buffer.from('{"type":"module"}');
  files['record.js'] = Buffer.from(`
    import { writeFileSync } from 'node:fs';
    import { Recordings } from '/providers/sources/recorded/record.js';
    const recordings = new Recordings({ redact: true, recorder: 'compatfs, test/recorded/make-fixtures.ts' });
    writeFileSync('/tmp/out', Buffer.concat([recordings.start(), recordings.sample().bytes, recordings.end()]));
  `);
  return files;
}

async function record({ memory, machine, modules = [], disks = [], prepare, record: recordIt }: Shape): Promise<Buffer> {
  const directory = temporaryDirectory();
  try {
    const drives = disks.flatMap((size, at) => {
      const file = join(directory, `disk${at}`);
      writeFileSync(file, '');
      truncateSync(file, size << 20);
      return ['-drive', `file=${file},format=raw,if=virtio`];
    });
    const guest = await Guest.boot({ memory, machine: [...machine, ...drives], modules, files: programs() });
    try {
      console.log(guest.release, await guest.output(`${prepare} 2>&1`));
      await guest.output(recordIt, RECORD_MS);
      return Buffer.from(await guest.output('cat /tmp/out'), 'latin1');
    } finally {
      await guest.end();
    }
  } finally {
    removeDirectory(directory);
  }
}

const reason = await reasonNotToBoot();
if (reason !== undefined) throw new Error(reason);
mkdirSync(MACHINES, { recursive: true });
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SHAPES)) {
  const shape = SHAPES[name];
  if (!shape) throw new Error(`no such machine: ${name}`);
  const recording = new Recording(bytesInMemory(await record(shape)));
  const { entries } = recording.sample(0);
  const kept = entries.filter(({ path }) => !LEFT_OUT.test(path));
  const section = encodeSampleSection(0, kept, QUALITY);
  if (!section) throw new Error(`${name} is too large`);
  const file = join(MACHINES, `${name}.rec`);
  writeFileSync(file, Buffer.concat([encodeStart(recording.header), section, encodeEnd()]));
  console.log(`${file}: ${kept.length} of ${entries.length} entries, ${statSync(file).size} bytes`);
}
