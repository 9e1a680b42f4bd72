/** Rules about the project itself: who may import whom, what every source begins with, and what is published. */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { removeDirectory, temporaryDirectory } from './support/mounts.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function sourcesBelow(directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', '.git', 'compat'].includes(entry.name) ? [] : sourcesBelow(path);
    return /\.c?ts$/.test(entry.name) ? [path] : [];
  });
}

const sources = sourcesBelow('.');
const isTest = (path: string): boolean =>
  /\.(test|slow)\.ts$/.test(path) || /^(test|bench|examples|fs\/testing)\//.test(path);
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The layer that a path is in, the longest that fits first. */
const LAYERS = [
  'mounts/fuse-native',
  'mounts/fuse',
  'mounts/9p-proxy',
  'mounts/9p',
  'mounts/node-9p',
  'mounts/cli',
  'providers',
  'emulator',
  'fs',
] as const;
type Layer = (typeof LAYERS)[number];

/** What each layer may import besides itself. The command line is where everything is put together. */
const ALLOWED: Readonly<Record<Layer, readonly Layer[]>> = {
  fs: [],
  providers: ['fs'],
  'mounts/fuse': ['fs'],
  'mounts/fuse-native': ['fs', 'mounts/fuse'],
  'mounts/9p': ['fs', 'mounts/node-9p'],
  'mounts/9p-proxy': ['fs', 'mounts/fuse', 'mounts/node-9p'],
  'mounts/node-9p': [],
  emulator: ['fs', 'providers'],
  'mounts/cli': LAYERS,
};

/** The packages that a layer may import. */
const PACKAGES: Readonly<Partial<Record<Layer, readonly string[]>>> = { fs: ['memfs'], providers: ['systeminformation'] };

const layerOf = (path: string): Layer | undefined => LAYERS.find((layer) => path.startsWith(`${layer}/`));

/** What a source imports, types included. */
function importsOf(path: string): string[] {
  return [
    ...text(path).matchAll(
      /^(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gms,
    ),
  ].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

test('layers import what they may', () => {
  const wrong: string[] = [];
  for (const path of sources.filter((source) => !isTest(source))) {
    const layer = layerOf(path);
    if (!layer) {
      wrong.push(`${path}: in no layer`);
      continue;
    }
    for (const specifier of importsOf(path)) {
      if (specifier.startsWith('node:')) continue;
      if (!specifier.startsWith('.')) {
        if (!(PACKAGES[layer] ?? []).includes(specifier.split('/')[0] ?? '')) wrong.push(`${path}: ${specifier}`);
        continue;
      }
      const target = relative(root, resolve(root, dirname(path), specifier));
      const other = layerOf(target);
      if (!other || isTest(target) || (other !== layer && !ALLOWED[layer].includes(other)))
        wrong.push(`${path}: ${specifier}`);
      if (!specifier.endsWith('.ts')) wrong.push(`${path}: ${specifier} lacks .ts`);
    }
  }
  assert.equal(wrong, []);
});

test('every source says what it is for', () => {
  const silent = sources.filter((path) => !/\.(test|slow)\.ts$/.test(path) && !/^(#!.*\n)?\/\*\*/.test(text(path)));
  assert.equal(silent, []);
});

test('sources have kebab-case names, or the names of what they print', () => {
  assert.equal(
    sources.filter(
      (path) => !/^[a-z0-9-]+(\.(test|slow))?\.c?ts$/.test(path.replace(/^providers\/.*_/, '').replace(/^.*\//, '')),
    ),
    [],
  );
});

test('the lock file names no registry, and dependencies are exact', () => {
  assert.not.match(text('package-lock.json'), /"resolved": "(?!mounts\/)/);
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text('package.json')) as Record<
    string,
    Record<string, string>
  >;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
});

/** What `npm pack` would publish. */
function packedFiles(): string[] {
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.ok(stdout, stderr);
  const [pack] = JSON.parse(stdout) as { files: { path: string }[] }[];
  return (pack?.files ?? []).map(({ path }) => path);
}

test('the published package has what runs, and nothing else', () => {
  const files = packedFiles();
  for (const file of [
    'package.json',
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'dist/mounts/cli/main.cjs',
    'dist/mounts/cli/worker.js',
    'dist/one-file.js',
    'dist/one-file-late.js',
    'dist/one-file-more.js',
    'dist/emulator/cpu/interpreter/fast.wasm',
    'dist/emulator/cpu/float/x87.wasm',
    'dist/mounts/cli/library.d.ts',
    'docs/simulated.schema.json',
  ]) {
    assert.ok(files.includes(file), file);
  }
  const needed =
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|docs\/simulated\.schema\.json|dist\/(fs|providers|mounts|emulator)\/.*\.(c?js|d\.c?ts)|dist\/one-file(-late|-more)?\.js|dist\/emulator\/cpu\/(interpreter\/(fast\.wasm|checked\.wasm|linker\.wasm|handlers\.bin)|float\/x87\.wasm))$/;
  assert.equal(
    files.filter((file) => !needed.test(file) || /\.(test|slow)\./.test(file)),
    [],
  );
  const built = sources.filter((path) => !isTest(path)).map((path) => `dist/${path.replace(/\.(c?)ts$/, '.$1js')}`);
  assert.equal(
    built.filter((file) => !files.includes(file)),
    [],
    'every module is in it',
  );
});

test('the package works where it is installed', () => {
  const directory = temporaryDirectory();
  try {
    const home = join(directory, 'node_modules/compatfs');
    for (const file of packedFiles()) {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      cpSync(join(root, file), join(home, file));
    }
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
    const program =
      "import { mountFuse, trees, MountError } from 'compatfs'; console.log(typeof mountFuse, trees.linprocfs({ hidePid: 2 }).options.hidePid, new MountError('a', 'b').message);";
    writeFileSync(join(directory, 'program.mjs'), program);
    const used = spawnSync(process.execPath, ['program.mjs'], { cwd: directory, encoding: 'utf8' });
    assert.is(used.stdout, 'function 2 a: b\n', used.stderr);
    const entry = spawnSync(process.execPath, [join(home, 'dist/mounts/cli/main.cjs'), '--version'], {
      cwd: directory,
      encoding: 'utf8',
    });
    assert.match(entry.stdout, /^compatfs \d/);
    rmSync(join(home, 'node_modules'));
  } finally {
    removeDirectory(directory);
  }
});

test.run();
