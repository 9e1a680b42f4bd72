// Installs what is missing, clears stale output and compiles; `--then SCRIPT ARGS` runs a built script afterwards, in
// this process, so that signals reach it. `npm start`, `npm test` and `npm run bench` come here from a fresh clone.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const words = process.argv.slice(2);
const at = words.indexOf('--then');
const quiet = words.slice(0, at < 0 ? words.length : at).includes('--quiet');

function fail(what, why) {
  console.error(`compatfs: ${what}: ${why}`);
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) < 20) fail('node', `version 20 or newer is needed, this is ${process.version}`);

const modifiedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

if (modifiedAt(join(root, 'node_modules/.package-lock.json')) < modifiedAt(join(root, 'package-lock.json'))) install();

function install() {
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  // Without a network npm would try for minutes.
  args.push('--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000');
  if (!quiet) console.log('installing dependencies');
  const { error, status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (error) fail('npm', error.code === 'ENOENT' ? 'not found in PATH; it comes with Node.js' : error.message);
  if (status === 0) return;
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/.test(stderr)) {
    fail('npm ci', "the registry cannot be reached, and npm's cache lacks what is needed; connect once and try again");
  }
  process.stderr.write(stdout + stderr);
  fail('npm ci', `exit status ${status}`);
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
      const match = /^(.*?)\.(d\.)?(c?)(ts|js|js\.map)$/.exec(entry.name);
      if (match && !existsSync(join(sourceDirectory, `${match[1]}.${match[3]}ts`))) rmSync(output);
    }
  }
}

const output = join(root, 'dist');
if (existsSync(output)) removeStale(output, root);
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const compiled = spawnSync(process.execPath, [compiler, '-p', root], { cwd: root, stdio: 'inherit' });
if (compiled.status !== 0) fail('tsc', 'the sources do not compile');
chmodSync(join(output, 'mounts/cli/main.cjs'), 0o755);

// What would otherwise be made at each start: the interpreter's modules, the linker's, the x87's, and the modules of `compatfs run` in one file.
const interpreter = join(output, 'emulator/cpu/interpreter');
const { generateInterpreter } = await import(pathToFileURL(join(interpreter, 'generator.js')).href);
for (const checked of [false, true]) {
  writeFileSync(join(interpreter, `${checked ? 'checked' : 'fast'}.wasm`), generateInterpreter(checked));
}
const { generateLinker } = await import(pathToFileURL(join(interpreter, 'linker.js')).href);
writeFileSync(join(interpreter, 'linker.wasm'), generateLinker());
const float = join(output, 'emulator/cpu/float');
const { generateFastX87 } = await import(pathToFileURL(join(float, 'fast-x87.js')).href);
writeFileSync(join(float, 'x87.wasm'), generateFastX87());
const always = ['mounts/cli/run-command.js', 'fs/passthrough/passthrough.js', 'fs/layers/overlay/overlay.js'];
for (const name of readdirSync(output)) if (name.startsWith('one-file')) rmSync(join(output, name));
// What is nothing but data.
const frozen = ['emulator/cpu/form-numbers.js', 'emulator/cpu/forms.js', 'emulator/cpu/form-tables.js', 'emulator/cpu/float/x87-operations.js', 'emulator/loader/vdso.js'];
// What programs that are soon over do not need.
const late = ['cpu/forms.js', 'cpu/form-tables.js', 'cpu/identity.js', 'cpu/semantics/registry.js', 'cpu/interpreter/generator.js', 'cpu/float/exact-sse.js', 'cpu/float/fast-x87.js', 'cpu/float/x87.js', 'cpu/float/x87-images.js', 'jit/translated-code.js', 'kernel/view/sysctl.js', 'kernel/view/sysfs.js'];
// Tables of files, of which most readers want one.
const sparing = ['tree', 'top-level', 'process/processes', 'process/files'].map((name) => `providers/linprocfs/${name}.js`);
bundle(output, always, 'one-file', {
  late: new Set(['fs/memory/tmpfs.js', ...late.map((path) => `emulator/${path}`), 'node:child_process', 'node:crypto', 'node:os', 'node:tty', 'node:worker_threads', 'node:zlib']),
  // What many of those all the same need.
  near: ['emulator/cpu/identity.js', 'emulator/cpu/float/x87-images.js'],
  sparing: new Set(sparing),
  frozen: new Map(await Promise.all(frozen.map(async (path) => [path, await import(pathToFileURL(join(output, path)).href)]))),
});

if (at >= 0) {
  const script = resolve(root, words[at + 1]);
  process.argv = [process.argv[0], script, ...words.slice(at + 2)];
  await import(pathToFileURL(script).href);
}
