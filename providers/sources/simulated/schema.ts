/** The rules of a machine's description, as JSON Schema: what is checked, and what docs/simulated.schema.json is made from. */

import { CONTROLLER, DMI, PCI, POWER_SUPPLIES } from './schema-hardware.ts';
import type { Definitions, Rule } from './schema-rules.ts';
import { LONGEST, curve, integer, line, list, matching, name, object, path, positive, size, text } from './schema-words.ts';

export const DEFINITIONS: Definitions = {
  size: {
    description: 'a number of bytes, or a text as 512MiB (B, KiB, MiB, GiB, TiB)',
    oneOf: [
      { type: 'number', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
      { description: 'a size as 512MiB (B, KiB, MiB, GiB, TiB)', type: 'string', pattern: '^\\d{1,9}(\\.\\d{1,9})?(B|KiB|MiB|GiB|TiB)$' },
    ],
  },
  curve: {
    description: 'a number, or an object with base or points, and waves',
    oneOf: [
      { type: 'number', minimum: 0, maximum: 1e15 },
      object({
        base: { description: 'what there always is', type: 'number', minimum: 0, maximum: 1e15 },
        points: {
          description: 'instead of base: pairs of a time and a value, between which it is a straight line',
          type: 'array',
          minItems: 1,
          maxItems: 10_000,
          items: {
            type: 'array',
            minItems: 2,
            maxItems: 2,
            prefixItems: [
              { type: 'number', minimum: 0, maximum: LONGEST },
              { type: 'number', minimum: 0, maximum: 1e15 },
            ],
          },
        },
        period: positive('after how many seconds the points begin again; they never do without', LONGEST),
        waves: list(
          object(
            {
              amplitude: { description: 'how far it goes up and down', type: 'number', minimum: 0, maximum: 1e15 },
              period: positive('seconds', LONGEST),
              phase: { description: 'seconds by which it is ahead', type: 'number', minimum: 0, maximum: LONGEST },
            },
            ['amplitude', 'period'],
          ),
          'sines that are added',
          16,
        ),
      }),
    ],
  },
};

const PROCESSORS = object(
  {
    sockets: integer(1, 64, 'packages', 1),
    cores: integer(1, 1024, 'cores of each', 1),
    threads: integer(1, 8, 'threads of each core', 1),
    nodesPerSocket: integer(1, 16, 'memory nodes of each package', 1),
    vendor: text('as /proc/cpuinfo has it', 12),
    model: text('the name of the model', 48),
    family: integer(0, 0x10e, 'its family'),
    modelNumber: integer(0, 255, 'its number'),
    stepping: integer(0, 15, 'its stepping'),
    microcode: integer(0, 0xffff_ffff, 'the revision of its microcode'),
    mhz: positive('megahertz', 100_000),
    flags: list(matching('^[a-z0-9_]{1,32}$', 'a flag as /proc/cpuinfo has it'), 'what it can do'),
    caches: list(
      object(
        {
          level: integer(1, 4, '1 is nearest to the core'),
          type: { enum: ['Data', 'Instruction', 'Unified'] },
          size: size('of one'),
          ways: integer(1, 256, 'ways of associativity', 8),
          sharedBy: { enum: ['core', 'package'] },
        },
        ['level', 'type', 'size'],
      ),
      'from the nearest on',
      8,
    ),
  },
  [],
  'all are alike; there are sockets times cores times threads of them',
);

const PROCESS = object(
  {
    name: name('a name without blanks, which others refer to'),
    count: integer(0, 1_000_000, 'how many there are', 1),
    perCpu: { description: 'one for each processor instead', type: 'boolean' },
    comm: text('what the kernel calls it: at most 15 bytes; {index} is its number among its like', 64),
    command: list(text('an argument; {index} and {pid} are replaced'), 'its arguments, the program first', 256),
    executable: path('the path of its program'),
    directory: path('where it stands'),
    environment: { description: 'variables by name', type: 'object', additionalProperties: text('a value') },
    parent: name('the name of what started it; instances share parents evenly'),
    user: name('the name of a user'),
    threads: integer(1, 100_000, 'threads of each', 1),
    kernel: { description: 'a thread of the kernel, which has no memory', type: 'boolean' },
    visitor: { description: 'those who look at the machine are shown it as /proc/self', type: 'boolean' },
    terminal: integer(0, 1_048_575, 'the number of its pseudo-terminal'),
    nice: integer(-20, 19, 'its nice value', 0),
    realTime: integer(1, 99, 'its priority, for one that is scheduled in real time (SCHED_FIFO)'),
    state: { description: 'the state in which it always is', enum: ['S', 'D', 'T', 'I', 'Z'] },
    cpu: curve("how many CPUs' worth of time all of them use together"),
    userShare: { description: 'how much of that is in programs rather than in the kernel', type: 'number', minimum: 0, maximum: 1, default: 0.75 },
    blocked: curve('how many of them wait for a disk'),
    rss: size('memory that each uses, about'),
    virtual: size('memory that each has mapped'),
    swapped: size('memory of each that is swapped out'),
    read: curve('bytes that all of them read in a second'),
    write: curve('bytes that all of them write in a second'),
    cgroup: path('the path of its control group; {index} is replaced'),
    descriptors: integer(0, 100_000, 'how many files each has open', 4),
    openFiles: integer(1, 1_048_576, 'how many it may open (RLIMIT_NOFILE)', 1024),
    listen: list(matching('^(tcp|udp|tcp6|udp6|unix):.{1,107}$', 'tcp:ADDRESS:PORT, tcp6:[ADDRESS]:PORT, udp.., or unix:PATH'), 'where the first of them listens', 256),
    connections: integer(0, 100_000, 'TCP connections that each has', 0),
    killAdjustment: integer(-1000, 1000, 'its oom_score_adj', 0),
    lifetime: positive('after about so many seconds another takes its place', LONGEST),
    every: positive('with lifetime: one is started every so many seconds', LONGEST),
  },
  ['name'],
);

/** The rule of a whole description. */
export const SCHEMA: Rule = object(
  {
    version: { description: 'of the format', const: 1 },
    $schema: text('for editors'),
    hostname: matching('^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$', 'a host name'),
    seed: integer(0, 0xffff_ffff, 'what chance follows from', 0),
    kernel: object({
      release: matching('^[!-~]{1,64}$', 'a release without blanks, as 6.12.0'),
      version: text('the build, as uname -v', 64),
      commandLine: text('boot parameters'),
      threads: { description: 'whether it has the usual threads of its own', type: 'boolean', default: true },
      pidMax: integer(1024, 4_194_304, 'kernel.pid_max', 4_194_304),
    }),
    clock: object({
      boot: matching('^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$', 'a time as 2026-01-01T00:00:00Z'),
      uptime: { description: 'seconds since boot when it is mounted', type: 'number', minimum: 5, maximum: LONGEST },
    }),
    processors: PROCESSORS,
    memory: object(
      {
        total: size('what it has'),
        cache: size('files that are kept in memory'),
        buffers: size('of block devices'),
        shared: size('of tmpfs'),
      },
      ['total'],
    ),
    swap: list(
      object(
        {
          path: path('of the partition or file'),
          type: { enum: ['partition', 'file'] },
          size: size('of it'),
          used: size('of what is in it'),
          priority: integer(-32768, 32767, 'which is used first'),
        },
        ['path', 'size'],
      ),
      'where memory is swapped to',
      32,
    ),
    disks: list(
      object(
        {
          name: matching('^[a-z][a-z0-9]{1,30}$', 'a name as sda or nvme0n1'),
          size: size('of it'),
          rotational: { type: 'boolean' },
          model: line('its model; of one on a SCSI controller the vendor may come first', 40),
          serial: line('its serial number', 20),
          firmware: line('the revision of its firmware', 8),
          controller: CONTROLLER,
          partitions: list({ $ref: '#/$defs/size' }, 'the sizes of its partitions', 64),
          reads: curve('requests in a second'),
          writes: curve('requests in a second'),
          readSize: size('of one request'),
          writeSize: size('of one request'),
        },
        ['name', 'size'],
      ),
      'its disks',
    ),
    interfaces: list(
      object(
        {
          name: matching('^[A-Za-z][A-Za-z0-9_.-]{0,14}$', 'a name of at most 15 characters'),
          mac: matching('^([0-9a-f]{2}:){5}[0-9a-f]{2}$', 'an address as 02:00:00:00:00:01'),
          ipv4: matching('^(\\d{1,3}\\.){3}\\d{1,3}/\\d{1,2}$', 'an address as 192.0.2.1/24'),
          ipv6: matching('^[0-9a-f:]{2,39}/\\d{1,3}$', 'an address as 2001:db8::1/64'),
          gateway: matching('^(\\d{1,3}\\.){3}\\d{1,3}$', 'an address as 192.0.2.254'),
          speed: integer(1, 10_000_000, 'Mbit/s', 1000),
          mtu: integer(68, 65_536, 'bytes', 1500),
          up: { type: 'boolean', default: true },
          controller: CONTROLLER,
          receive: curve('bytes in a second'),
          send: curve('bytes in a second'),
          packetSize: integer(40, 65_536, 'bytes of a packet, on average', 800),
        },
        ['name'],
      ),
      'besides lo',
    ),
    pci: PCI,
    dmi: DMI,
    powerSupplies: POWER_SUPPLIES,
    mounts: list(
      object(
        {
          source: matching('^[^\\s]+$', 'a name without blanks'),
          point: path('where it is mounted'),
          type: matching('^[a-z0-9_.]{1,32}$', 'a type of file system'),
          options: list(text('one', 256), 'options of the file system', 64),
          readOnly: { type: 'boolean' },
        },
        ['source', 'point', 'type'],
      ),
      'what is mounted; the usual without',
    ),
    users: list(
      object(
        {
          name: name('its name'),
          uid: integer(0, 0xffff_fffe, 'user id'),
          gid: integer(0, 0xffff_fffe, 'group id; the same number without'),
          groups: list(integer(0, 0xffff_fffe, 'a group id'), 'other groups'),
        },
        ['name', 'uid'],
      ),
      'besides root',
    ),
    load: object({
      irq: curve("CPUs' worth of interrupts"),
      softirq: curve("CPUs' worth of soft interrupts"),
      steal: curve("CPUs' worth that a hypervisor keeps"),
      waiting: curve('tasks that wait for a CPU'),
    }),
    sysctl: {
      description: 'kernel parameters by path, as vm/swappiness',
      type: 'object',
      additionalProperties: {
        description: 'a number, a text or an array of numbers',
        oneOf: [{ type: 'number' }, { type: 'string' }, { type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 64 }],
      },
    },
    processes: list(PROCESS, 'what runs', 10_000),
  },
  ['version', 'processors', 'memory'],
);
