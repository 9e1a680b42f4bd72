/** Reads every file of our /proc in every way, and says where that goes wrong or other than on the kernel's. */

import { join } from 'node:path';
import { attributes, entries, isFailure } from '../differential/observe.ts';
import { Subjects, type SubjectKind } from '../differential/subjects.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { ServedProc } from '../support/served-proc.ts';
import { type FileToRead, type Reading, compileReader, readFiles } from './reader.ts';

const NOBODY = 65534;
/** Of how many parameters one is read where not all are. */
const PARAMETERS_PER_ONE = 5;
/** How often what went wrong is looked at. */
const ROUNDS = 3;

export interface ReadEverythingResult {
  readonly files: number;
  /** A file that did not answer in time, or an end of the server. */
  readonly failures: string[];
  /** Files whose bytes depend on how they are read. */
  readonly inconsistent: string[];
  /** Opening and reading compared with the kernel: how many times, and where it differs. */
  readonly compared: number;
  readonly differing: string[];
}

/** Names of errors that are compared. */
const ERRORS = ['open', 'wopen', 'rwopen', 'topen', 'write', 'read'] as const;
/** Ways to read that must give the same bytes. */
const WAYS = ['b1', 'b7', 'b512', 'b4096', 'b1m', 'seek', 'pread'] as const;

/** The regular files below a place, as the kernel lists them. */
export function filesBelow(root: string, path: string, skip: RegExp): string[] {
  const found: string[] = [];
  const listed = entries(join(root, path));
  if (isFailure(listed)) return found;
  for (const { name } of listed) {
    const below = path === '' ? name : `${path}/${name}`;
    if (skip.test(below)) continue;
    const stat = attributes(`${root}/${below}`);
    if (isFailure(stat)) continue;
    if (stat.type === 'dir') found.push(...filesBelow(root, below, skip));
    else if (stat.type === 'file') found.push(below);
  }
  return found;
}

/** Reading has effects (file-nr counts the reader's own file), or no end, or goes by whole numbers alone. */
const NOT_READ = /^kmsg$|^kcore$|^kpage\w+$|^sys\/fs\/file-nr$|^sys\/kernel\/random\/|\/mem$|\/pagemap$/;

/** PID/sched tells how long reading the clock took. */
const NEVER_TWICE_THE_SAME = /^\d+\/(task\/\d+\/)?sched$/;

function toRead(path: string): FileToRead {
  return { path, read: !NOT_READ.test(path), write: path !== 'kmsg' };
}

/**
 * Reads as root and as nobody: everything, or a few of the parameters only, and those as root alone, whose files do not ask
 * who reads.
 */
export async function readEverything(kinds: readonly SubjectKind[], thorough = true): Promise<ReadEverythingResult> {
  const directory = temporaryDirectory();
  const result: ReadEverythingResult & { files: number; compared: number } = {
    files: 0,
    failures: [],
    inconsistent: [],
    compared: 0,
    differing: [],
  };
  let subjects: Subjects | undefined;
  let mount: ServedProc | undefined;
  try {
    const program = join(directory, 'reader');
    compileReader(program);
    subjects = await Subjects.start(directory, kinds);
    mount = await ServedProc.start();
    const paths = filesBelow(mount.root, '', /^\d+$/);
    for (const id of subjects.ids.values()) paths.push(...filesBelow(mount.root, String(id), /\/net$/));
    paths.push(...filesBelow(mount.root, `${subjects.ids.values().next().value}/net`, /^$/));
    // Parameters are many, and much alike.
    const files = paths.filter((path, index) => thorough || !path.startsWith('sys/') || index % PARAMETERS_PER_ONE === 0).map(toRead);
    result.files = files.length;
    for (const uid of [undefined, NOBODY]) {
      const who = uid === undefined ? 'root' : 'nobody';
      const options = uid === undefined ? {} : { uid };
      let left = uid === undefined || thorough ? files : files.filter(({ path }) => !path.startsWith('sys/'));
      let compared: ReadingComparison | undefined;
      // What changes meanwhile is no fault, so what went wrong is tried again.
      for (let round = 0; round < ROUNDS && left.length > 0; round++) {
        const [ours, kernel] = await Promise.all([
          readFiles(program, mount.root, left, options),
          readFiles(program, '/proc', left, options),
        ]);
        if (ours.hung !== undefined) result.failures.push(`${who}: ${ours.hung} does not answer`);
        if (!mount.alive()) result.failures.push(`${who}: the server ended: ${mount.complaint}`);
        if (result.failures.length > 0) return result;
        const now = compareReadings(left, who, ours.readings, kernel.readings);
        compared = { ...now, count: compared?.count ?? now.count };
        left = left.filter(({ path }) => now.suspects.has(path));
      }
      result.compared += compared?.count ?? 0;
      result.inconsistent.push(...(compared?.inconsistent ?? []));
      result.differing.push(...(compared?.differing ?? []));
    }
    return result;
  } finally {
    subjects?.end();
    await mount?.stop();
    removeDirectory(directory);
  }
}

/** What came of it. */
export interface ReadingComparison {
  readonly count: number;
  readonly inconsistent: readonly string[];
  readonly differing: readonly string[];
  /** The files of these lines. */
  readonly suspects: ReadonlySet<string>;
}

/** Compares how files were read with how the kernel's were. */
export function compareReadings(
  files: readonly FileToRead[],
  who: string,
  ours: ReadonlyMap<string, Reading>,
  kernel: ReadonlyMap<string, Reading>,
): ReadingComparison {
  const inconsistent: string[] = [];
  const differing: string[] = [];
  const suspects = new Set<string>();
  let count = 0;
  for (const { path } of files) {
    const [own, theirs] = [ours.get(path), kernel.get(path)];
    if (!own || !theirs) continue;
    const ways = NEVER_TWICE_THE_SAME.test(path) ? [] : WAYS.filter((way) => own.get(way) === '0');
    if (ways.length) {
      inconsistent.push(`${who}: ${path} (${own.get('size')} bytes): other bytes by ${ways.join(', ')}`);
      suspects.add(path);
    }
    for (const name of ERRORS) {
      const [ownError, error] = [own.get(name), theirs.get(name)];
      if (ownError === undefined && error === undefined) continue;
      count++;
      if (ownError === error) continue;
      differing.push(`${who}: ${path}: ${name}: errno ${ownError ?? 'none'} instead of ${error ?? 'none'}`);
      suspects.add(path);
    }
  }
  return { count, inconsistent, differing, suspects };
}
