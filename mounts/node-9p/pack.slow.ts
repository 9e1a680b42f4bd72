/** The package as `npm pack` makes it: built alone, complete, and used by a stranger's project as the README shows. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The sources' directory: the compiled test is in dist/mounts/node-9p or in dist. */
const PACKAGE = fileURLToPath(new URL('../../../mounts/node-9p/', import.meta.url));
const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/** The examples of the README, server first. */
function examples(): string[] {
  return [...readFileSync(join(PACKAGE, 'README.md'), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map(
    (match) => match[1] as string,
  );
}

test('packed, installed, compiled against and run', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'node-9p-pack-'));
  let server: ChildProcess | undefined;
  try {
    const packed = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', directory], {
      cwd: PACKAGE,
      encoding: 'utf8',
    });
    const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf('['))) as [
      { filename: string; files: { path: string }[] },
    ];
    const names = files.map(({ path }) => path);
    for (const needed of ['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts', 'dist/server.js'])
      assert.ok(names.includes(needed), needed);
    assert.equal(
      names.filter((name) => /\.(test|slow)\.|testing|\.map$|\.ts$/.test(name) && !name.endsWith('.d.ts')),
      [],
    );

    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    execFileSync('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', `./${filename}`], {
      cwd: directory,
    });
    const [serverExample = '', clientExample = ''] = examples();
    for (const example of [serverExample, clientExample])
      assert.ok(example.trim().split('\n').length <= 11, 'about ten lines');
    writeFileSync(join(directory, 'server.ts'), serverExample);
    writeFileSync(join(directory, 'client.ts'), clientExample);

    // The declarations are good for a stranger's compiler.
    mkdirSync(join(directory, 'node_modules/@types'), { recursive: true });
    symlinkSync(join(MODULES, '@types/node'), join(directory, 'node_modules/@types/node'));
    symlinkSync(join(MODULES, 'undici-types'), join(directory, 'node_modules/undici-types'));
    const options = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node', '--outDir', 'built'];
    const compiled = spawnSync(
      process.execPath,
      [join(MODULES, 'typescript/bin/tsc'), ...options, 'server.ts', 'client.ts'],
      { cwd: directory, encoding: 'utf8' },
    );
    assert.is(compiled.status, 0, compiled.stdout);

    server = spawn(process.execPath, ['built/server.js'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => server?.stdout?.once('data', resolve));
    const output = execFileSync(process.execPath, ['built/client.js'], { cwd: directory, encoding: 'utf8' });
    assert.match(output, /^hello\.txt\ntime\nlog\n\d{4}-\d\d-\d\dT/);
  } finally {
    server?.kill();
    rmSync(directory, { recursive: true });
  }
});

test.run();
