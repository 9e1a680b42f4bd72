/**
 * `npm run cpu-lines`: the same program on a /proc/stat with four columns, as FreeBSD's linprocfs once printed it, and on
 * the one that compatfs serves. Exit status 0 when the first run aborted and the second did not.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mountFuse, trees } from '../../mounts/cli/library.ts';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';

const SOURCE = fileURLToPath(new URL('../../../examples/cpu-lines/read-times.c', import.meta.url));

/** Shows the lines of a file that the program is about, runs the program on it, and returns how it ended. */
function show(title: string, program: string, file: string): NodeJS.Signals | number {
  console.log(title);
  for (const line of readFileSync(file, 'latin1').split('\n')) if (line.startsWith('cpu')) console.log(`    ${line}`);
  // A core file would tell nothing new.
  const script = 'ulimit -c 0; exec "$1" "$2"';
  const { status, signal, stdout } = spawnSync('sh', ['-c', script, 'sh', program, file], { encoding: 'latin1' });
  console.log(`  $ read-times ${file}`);
  for (const line of stdout.split('\n').filter(Boolean)) console.log(`    ${line}`);
  const ending = signal ?? status ?? -1;
  console.log(`  ended ${signal ? `by ${signal}` : `with status ${status}`}\n`);
  return ending;
}

const directory = mkdtempSync(join(tmpdir(), 'compatfs-cpu-lines-'));
const mounts: { unmount(): Promise<void> }[] = [];
let endings: (NodeJS.Signals | number)[] = [];
try {
  const program = join(directory, 'read-times');
  execFileSync('cc', ['-O1', '-o', program, SOURCE]);
  const [four, ours] = [join(directory, 'four-columns'), join(directory, 'compatfs')];
  mkdirSync(four);
  mkdirSync(ours);
  mounts.push(
    await FuseMount.start({
      target: four,
      label: 'four-columns',
      type: 'proc',
      readOnly: true,
      allowOther: false,
      worker: new URL('./worker.js', import.meta.url),
      tree: undefined,
    }),
  );
  mounts.push(await mountFuse({ target: ours, tree: trees.linprocfs() }));
  endings = [
    show('Four columns, as FreeBSD once had it:', program, join(four, 'stat')),
    show('The same numbers from compatfs:', program, join(ours, 'stat')),
  ];
} catch (error) {
  console.error(`cpu-lines: ${error instanceof Error ? error.message : error}`);
} finally {
  for (const mount of mounts) await mount.unmount();
  rmSync(directory, { recursive: true, force: true });
}
process.exit(endings[0] === 'SIGABRT' && endings[1] === 0 ? 0 : 1);
