/** Mounts linprocfs, makes the subjects, compares all of /proc and gives the outcome. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServedProc } from '../support/served-proc.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { reasonAgainstNamespaces } from '../support/requirements.ts';
import type { Part } from './compare.ts';
import type { ComparisonOrder } from './comparer.ts';
import { GROUPS, type Group, type Outcome, addOutcome, emptyOutcome } from './ledger.ts';
import { SUBJECT_KINDS, type SubjectKind, Subjects, kernelThread, threadIds } from './subjects.ts';

const COMPARER = fileURLToPath(new URL('./comparer.js', import.meta.url));
const NOBODY = 65534;
/** What takes longer hangs: a part takes a few seconds on a machine that has nothing else to do. */
const TASK_LIMIT_SECONDS = 220;

export interface RunOptions {
  readonly groups?: readonly Group[];
  readonly subjects?: readonly SubjectKind[];
  /** Only root and nobody compare. */
  readonly quick?: boolean;
  /** What to compare instead of a new mount of ours: the kernel's own /proc shows how far the comparison can be trusted. */
  readonly against?: string;
}

/** Who compares a part: another user, one in the network namespace of a subject, one whom a program makes another. */
interface Task {
  readonly parts: readonly Part[];
  readonly uid?: number;
  readonly networkOf?: number;
  /** A program, with its arguments, that runs the rest of its command line. */
  readonly through?: readonly string[];
}

/** Root that may do nothing that needs a capability, and root of a user namespace alone. */
const POWERLESS = ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
const NAMESPACED = ['unshare', '--user', '--map-root-user'];

/** The trees, and in whose System V IPC namespace all this happens. */
interface Place {
  readonly ours: string;
  readonly ipcOf: number | undefined;
}

export async function runDifferential(options: RunOptions = {}): Promise<Outcome> {
  const groups = options.groups ?? GROUPS;
  const directory = temporaryDirectory();
  const outcome = emptyOutcome(GROUPS);
  let subjects: Subjects | undefined;
  let mount: ServedProc | undefined;
  try {
    const namespaces = reasonAgainstNamespaces() === undefined;
    const kinds = (options.subjects ?? SUBJECT_KINDS).filter((kind) => namespaces || kind !== 'namespaces');
    subjects = await Subjects.start(directory, kinds);
    // There are message queues, semaphores and shared memory in it, which leave no trace.
    const ipcOf = subjects.ids.get('network');
    if (options.against === undefined) mount = await ServedProc.start(ipcOf === undefined ? {} : { ipcOf });
    const place: Place = { ours: mount?.root ?? options.against ?? '', ipcOf };
    for (const task of tasks(groups, subjects.ids)) {
      if (task.through === NAMESPACED && !namespaces) continue;
      if (!options.quick || !task.through) addOutcome(outcome, await runTask(task, place));
    }
    if (mount && !mount.alive()) throw new Error(`the server ended: ${mount.complaint}`);
    return outcome;
  } finally {
    subjects?.end();
    await mount?.stop();
    removeDirectory(directory);
  }
}

/** What is compared by whom. */
function tasks(groups: readonly Group[], ids: ReadonlyMap<string, number>): Task[] {
  const found: Task[] = [];
  if (groups.includes('top')) found.push(...asEveryone((who) => [{ ...TOP, label: `{/}${who}` }]));
  if (groups.includes('sys')) found.push(...asEveryone((who) => [{ group: 'sys', path: 'sys', label: `{/}${who}/sys` }]));
  if (groups.includes('net')) found.push(...networkTasks(ids));
  if (groups.includes('process')) found.push(...processTasks(ids));
  return found;
}

/** The top level: neither processes nor what is a group of its own. */
const TOP: Part = { group: 'top', path: '', label: '', closed: '^sys$', without: '^(\\d+)$' };

/** The same parts compared by each sort of caller, whose name goes into the labels. */
function asEveryone(parts: (who: string) => readonly Part[]): Task[] {
  return [
    { parts: parts('') },
    { parts: parts(' as nobody'), uid: NOBODY },
    { parts: parts(' as powerless root'), through: POWERLESS },
    { parts: parts(' as namespaced root'), through: NAMESPACED },
  ];
}

function networkTasks(ids: ReadonlyMap<string, number>): Task[] {
  const found: Task[] = [{ parts: [{ group: 'net', path: 'self/net', label: '{self}/net' }] }];
  const network = ids.get('network');
  if (network !== undefined) {
    found.push({ parts: [{ group: 'net', path: 'self/net', label: '{self} inside/net' }], networkOf: network });
    found.push(...asEveryone((who) => [{ group: 'net', path: `${network}/net`, label: `{network}${who}/net` }]));
  }
  const namespaces = ids.get('namespaces');
  if (namespaces !== undefined) {
    found.push({ parts: [{ group: 'net', path: `${namespaces}/net`, label: '{namespaces}/net' }] });
  }
  return found;
}

function processTasks(ids: ReadonlyMap<string, number>): Task[] {
  const processes = new Map(ids);
  processes.set('init', 1);
  const kthread = kernelThread('kthreadd');
  if (kthread !== undefined) processes.set('kthreadd', kthread);
  const soft = kernelThread('ksoftirqd/0');
  if (soft !== undefined) processes.set('ksoftirqd', soft);
  // Threads have directories of their own beside those of processes, though they are not listed.
  const thread = ids.has('threads') ? threadIds(ids.get('threads') as number).at(-1) : undefined;
  if (thread !== undefined) processes.set('thread', thread);
  const part = (name: string, path: string, who: string): Part => ({
    group: 'process',
    path,
    label: `{${name}}${who}`,
    closed: '/net$',
  });
  return [
    ...asEveryone((who) => [...processes].map(([name, id]) => part(name, String(id), who))),
    // The comparing process itself, which is never the same twice, in a task of its own: it is long.
    { parts: [part('self', 'self', '')] },
    { parts: [part('self', 'self', ' as nobody')], uid: NOBODY },
  ];
}

function runTask(task: Task, { ours, ipcOf }: Place): Promise<Outcome> {
  const { parts, uid, networkOf, through = [] } = task;
  const order: ComparisonOrder = { kernel: '/proc', ours, parts, ...(uid === undefined ? {} : { uid }) };
  const command = [...through, process.execPath, '--enable-source-maps', COMPARER, JSON.stringify(order)];
  const entered: string[] = [];
  if (networkOf !== undefined) entered.push(`--net=/proc/${networkOf}/ns/net`);
  if (ipcOf !== undefined) entered.push(`--ipc=/proc/${ipcOf}/ns/ipc`);
  if (entered.length > 0) command.unshift('nsenter', ...entered);
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  let late: string | undefined;
  const timer = setTimeout(() => {
    late = whereabouts(child.pid as number);
    child.kill('SIGKILL');
  }, TASK_LIMIT_SECONDS * 1000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      const what = `comparing ${parts.map(({ label }) => label || '/').join(' ')}`;
      if (late !== undefined) reject(new Error(`${what} does not end: ${late}`));
      else if (status !== 0) reject(new Error(`${what} failed: ${complaint}`));
      else resolve(JSON.parse(text) as Outcome);
    });
  });
}

/** What a process is doing, for a report about one that does not end. */
function whereabouts(id: number): string {
  const tell = (file: string): string => {
    try {
      return readFileSync(`/proc/${id}/${file}`, 'latin1').trimEnd();
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  };
  return `${tell('stat').split(' ').slice(1, 3).join(' ')} in ${tell('syscall')}, ${tell('wchan')}`;
}
