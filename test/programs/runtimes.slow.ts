/** What language runtimes tell of the machine and of themselves on ours. */

import { test } from 'uvu';
import type { Allowance } from '../differential/volatile.ts';
import { type ProgramCase, endWorld, testPrograms } from './compare-programs.ts';
import { World } from './world.ts';

const world = await World.enter(import.meta.url, ['network', 'single']);
endWorld(world);

/** Memory comes and goes, in bytes; that of the runtime itself depends on when it last collected garbage. */
const memory: Allowance = { line: /mem|rss|heap|external|Buffers|AVPHYS/i, by: 1e9 };
const load: Allowance = { line: /loadavg/, by: 10 };
/** Times and counts of a start. */
const usage: Allowance = { line: /ru_|CPUTime|Fault|Switches|IO:|fsRead|fsWrite/, by: 1e7 };

/** A line with a name and a value for each question. */
function node(questions: readonly string[], more: Partial<ProgramCase> = {}): ProgramCase {
  const asked = questions.map((question) => `console.log(${JSON.stringify(question)}, JSON.stringify(${question}, null, 1))`);
  const script = `const fs = require("fs"); ${asked.join('; ')}`;
  return { name: `node: ${questions.join(', ')}`, line: `node -e '${script.replace(/'/g, `'\\''`)}'`, needs: [], ...more };
}

function python(questions: readonly string[], more: Partial<ProgramCase> = {}): ProgramCase {
  const imports = 'import multiprocessing, os, platform, resource, select, shutil, socket';
  const asked = questions.map((question) => `print(${JSON.stringify(question)}, ${question})`);
  return { name: `python3: ${questions.join(', ')}`, line: `python3 -I -c '${[imports, ...asked].join('\n').replace(/'/g, `'\\''`)}'`, needs: ['python3'], ...more };
}

testPrograms(world, [
  node(['os.cpus()']),
  node(['os.totalmem()', 'os.freemem()', 'process.constrainedMemory()', 'process.availableMemory()'], { allowances: [memory] }),
  node(['os.availableParallelism()', 'os.release()', 'os.hostname()', 'os.version()', 'os.userInfo()', 'os.getPriority(1)']),
  node(['os.uptime()', 'os.loadavg()'], { allowances: [load] }),
  node(['os.networkInterfaces()'], { networkOf: 'network' }),
  node(['process.memoryUsage()', 'process.memoryUsage.rss()'], { allowances: [memory] }),
  node(['process.resourceUsage()'], { allowances: [usage, { line: /maxRSS/, by: 1e5 }] }),
  node(['process.title', 'process.execPath', 'fs.realpathSync("/proc/self/exe")', 'fs.readdirSync("/proc/self/task").length > 1']),
  node(['fs.readFileSync("/proc/self/cmdline", "latin1")', 'fs.readFileSync("/proc/sys/kernel/osrelease", "latin1")']),
  node(['fs.readdirSync("/proc", { withFileTypes: true }).filter((entry) => !/^[0-9]/.test(entry.name)).map((entry) => [entry.name, entry.isDirectory(), entry.isSymbolicLink()])']),
  python(['os.cpu_count()', 'multiprocessing.cpu_count()', 'os.sched_getaffinity(0)', 'platform.uname()', 'platform.libc_ver()']),
  python(['os.getloadavg()'], { allowances: [{ line: /loadavg/, by: 10 }] }),
  python(['[os.sysconf(f"SC_{name}") for name in ["NPROCESSORS_ONLN", "NPROCESSORS_CONF", "PHYS_PAGES", "OPEN_MAX", "CHILD_MAX", "CLK_TCK"]]']),
  python(['[resource.prlimit(1, limit) for limit in range(16)]', 'resource.getrlimit(resource.RLIMIT_NOFILE)', 'resource.getpagesize()']),
  python(['resource.getrusage(resource.RUSAGE_SELF)'], { allowances: [usage] }),
  python(['sorted(os.listdir("/proc/self/fd"))', 'os.path.realpath("/proc/self/exe")', 'os.readlink("/proc/self/fd/0")[:7]']),
  python(['os.statvfs("/proc").f_namemax', 'os.path.ismount("/proc")', 'shutil.disk_usage("/proc")', 'os.stat("/proc/1/stat").st_size']),
  python(['sum("r-xp" in line for line in open("/proc/self/maps")) > 3', 'open("/proc/self/status").readlines()[:2]', 'open("/proc/self/stat", "rb").readable()']),
  python(['socket.if_nameindex()', 'open("/proc/net/dev").readlines()[:2]'], { networkOf: 'network' }),
  python(['multiprocessing.Pool(2).map(len, ["one", "three"])']),
  { line: 'java -XshowSettings:system -version 2>&1', needs: ['java'] },
  {
    line: 'java -Xlog:os+container=debug -version 2>&1',
    needs: ['java'],
    allowances: [{ line: /memory/i, by: 1e9 }],
    // How often it asks for the memory depends on how fast it starts.
    edit: (text) => [...new Set(text.replace(/^\[[\d.]+s\]/gm, '').split('\n'))].join('\n'),
  },
]);

test.run();
