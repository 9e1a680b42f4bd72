// Installs what is missing, clears stale output and compiles. `npm start`, `npm test` and
// `npm run bench` call it, so that each of them works from a fresh clone.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const quiet = process.argv.includes('--quiet');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`compatfs: Node.js 20 or newer is needed, this is ${process.version}`);
  process.exit(1);
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'] });
  if (done.error) console.error(`compatfs: ${command}: ${done.error.message}`);
  if (done.status !== 0) {
    if (quiet && done.stdout) process.stderr.write(done.stdout);
    process.exit(done.status ?? 1);
  }
}

const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const installed = join(root, 'node_modules/.package-lock.json');
if (modifiedAt(installed) < modifiedAt(join(root, 'package-lock.json'))) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

// tsc never deletes the output of a source that is gone.
function removeStale(outputDirectory, sourceDirectory) {
  for (const entry of readdirSync(outputDirectory, { withFileTypes: true })) {
    const output = join(outputDirectory, entry.name);
    const source = join(sourceDirectory, entry.name);
    if (entry.isDirectory()) {
      if (existsSync(source)) removeStale(output, source);
      else rmSync(output, { recursive: true });
    } else {
      const match = /^(.*?)(\.d\.ts|\.js\.map|\.js)$/.exec(entry.name);
      if (match && !existsSync(join(sourceDirectory, `${match[1]}.ts`))) rmSync(output);
    }
  }
}

const output = join(root, 'dist');
if (existsSync(output)) removeStale(output, root);
run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root]);
const main = join(output, 'mounts/cli/main.js');
if (existsSync(main)) chmodSync(main, 0o755);
