/** What exec makes of programs, beside what the kernel makes of them. */

import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { E2BIG, ELOOP, ENOENT, ENOEXEC, errnoName } from '../../fs/errno.ts';
import { compile, execRequest, HostFile, isProgram } from '../../test/emulator/programs.ts';
import { removeDirectory, temporaryDirectory } from '../../test/support/mounts.ts';
import { missingProgram } from '../../test/support/requirements.ts';
import { indexOf } from '../memory/guest-memory.ts';
import { MAPPING_TOP, PROGRAM_BASE, STACK_TOP } from '../memory/layout.ts';
import type { ExecRequest, ExecutedProgram } from './exec-contract.ts';
import { prepareExec } from './exec.ts';

const missing = process.platform !== 'linux' || process.arch !== 'x64' ? 'needs Linux on x86-64' : missingProgram('cc', 'setarch');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

/** Prints what it was started with: stack and mappings. */
const SHOW = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>
int data = 5; char bss[10000];
int main(int argc, char **argv) {
  unsigned long *p = (unsigned long *)argv - 1, *q = p, top;
  q += argc + 2; while (*q) q++; q++; while (*q) q += 2; q += 2;
  char *end = (char *)(((unsigned long)q + 65535) & ~4095UL), line[512];
  FILE *maps = fopen("/proc/self/maps", "r");
  unsigned long low, high;
  while (fgets(line, sizeof line, maps)) {
    printf("%s", line);
    if (strstr(line, "[stack]")) sscanf(line, "%lx-%lx", &low, &high);
  }
  printf("stack %lx %lx %lx\\n", high, high - (unsigned long)p, ((unsigned long)q - (unsigned long)p));
  for (unsigned char *c = (unsigned char *)p; c < (unsigned char *)high; c++) printf("%02x", *c);
  printf("\\n");
}
`;

function run(program: string, argv: readonly string[], envp: Record<string, string>): { maps: string[]; top: number; size: number; stack: DataView } {
  const { stdout } = spawnSync('setarch', ['-R', program, ...argv], { env: envp, encoding: 'latin1' });
  const lines = stdout.split('\n');
  const at = lines.findIndex((line) => line.startsWith('stack '));
  const [top, size] = lines[at]!.split(' ').slice(1).map((value) => Number.parseInt(value, 16)) as [number, number];
  const bytes = Uint8Array.from(Buffer.from(lines[at + 1]!, 'hex'));
  return { maps: lines.slice(0, at), top, size, stack: new DataView(bytes.buffer) };
}

function exec(path: string, argv: readonly string[], more: Partial<ExecRequest> = {}): ExecutedProgram {
  const result = prepareExec(execRequest(path, argv, more));
  if (!isProgram(result)) throw new Error(`exec of ${path}: ${JSON.stringify(result)}`);
  return result;
}

function dispose(program: ExecutedProgram): void {
  program.space.dispose();
  program.file.release();
}

let directory = '';
test.before(() => {
  directory = temporaryDirectory();
});
test.after(() => {
  assert.is(HostFile.open, 0, 'all files are closed');
  removeDirectory(directory);
});

/** The words of a stack, with addresses as distances from its top, and strings in their place. */
function describe(stack: DataView, top: number): string[] {
  const lines: string[] = [];
  const string = (address: number): string => {
    let at = stack.byteLength - (top - address);
    let text = '';
    for (; stack.getUint8(at) !== 0; at++) text += String.fromCharCode(stack.getUint8(at));
    return `${top - address}:${text}`;
  };
  let at = 0;
  const word = (): number => {
    const value = Number(stack.getBigUint64(at, true));
    at += 8;
    return value;
  };
  lines.push(`argc ${word()}`);
  for (const kind of ['argument', 'environment']) for (let address = word(); address !== 0; address = word()) lines.push(`${kind} ${string(address)}`);
  for (;;) {
    const key = word();
    const value = word();
    if (key === 0) break;
    if (key === 31 || key === 15) lines.push(`aux ${key} ${string(value)}`);
    else if (key === 25) lines.push(`aux 25 ${top - value}`);
    else if ([3, 7, 9, 16, 26, 33, 51].includes(key)) lines.push(`aux ${key}`);
    else lines.push(`aux ${key} ${value}`);
  }
  lines.push(`strings from ${stack.byteLength - at}`);
  return lines;
}

for (const [kind, options] of [['static', ['-static', '-no-pie']], ['static-pie', ['-static-pie']], ['dynamic', []], ['fixed', ['-no-pie']]] as const)
  ask(`the stack and the mappings of a program: ${kind}`, () => {
    const path = compile(directory, `show-${kind}`, SHOW, ...options);
    const argv = ['one', 'the second argument', ''];
    const native = run(path, argv, { PATH: '/bin', X: '' });
    const program = exec(path, [path, ...argv], { restartableSequences: true });
    const ours = program.space.memory.bytes.slice(indexOf(program.stackPointer), indexOf(STACK_TOP));
    assert.equal(describe(new DataView(ours.buffer), STACK_TOP), describe(native.stack, native.top));
    assert.is(ours.length, native.size);
    assert.is(program.stackPointer % 16, 0);

    const parse = (line: string): readonly [number, number, string, number, string] => {
      const [range = '', permissions = '', offset = '', , , name = ''] = line.split(/ +/);
      const [start = 0, end = 0] = range.split('-').map((value) => Number.parseInt(value, 16));
      return [start, end, permissions, Number.parseInt(offset, 16), name];
    };
    const wanted = native.maps.map(parse).filter(([, , , , name]) => name === path);
    const mapped = program.space.entries().filter(({ name }) => name === path);
    const base = wanted[0]![0];
    const ourBase = mapped[0]!.start;
    // The dynamic linker has protected what is relocated since.
    const shape = (pieces: readonly (readonly [number, number, string, number])[]): string[] =>
      pieces.map(([start, end, permissions, offset]) => `${start}-${end} ${permissions.replace('w', '-')} ${start - offset}`).reduce<string[]>((all, line) => {
        const [range = '', permissions = '', delta = ''] = line.split(' ');
        const last = all.at(-1)?.split(' ');
        if (last && last[0]!.split('-')[1] === range.split('-')[0] && last[1] === permissions && last[2] === delta)
          all[all.length - 1] = `${last[0]!.split('-')[0]}-${range.split('-')[1]} ${permissions} ${delta}`;
        else all.push(line);
        return all;
      }, []);
    const letters = (protection: number): string => `${protection & 1 ? 'r' : '-'}${protection & 2 ? 'w' : '-'}${protection & 4 ? 'x' : '-'}p`;
    assert.equal(
      shape(mapped.map(({ start, end, protection, offset }) => [start - ourBase, end - ourBase, letters(protection), offset] as const)),
      shape(wanted.map(([start, end, permissions, offset]) => [start - base, end - base, permissions, offset] as const)),
    );
    assert.is(ourBase, kind === 'dynamic' ? PROGRAM_BASE : kind === 'static-pie' ? ourBase : base);
    if (kind === 'static-pie') assert.is(program.breakStart, PROGRAM_BASE);
    const all = program.space.entries();
    assert.is(all.filter(({ name }) => name === '[vdso]').length, 1);
    assert.is(all.filter(({ name }) => name === '[stack]').length, 1);
    const interpreter = all.filter(({ name, end }) => end === MAPPING_TOP && name.includes('ld-linux'));
    assert.is(interpreter.length, kind === 'dynamic' || kind === 'fixed' ? 1 : 0);
    dispose(program);
  });

ask('scripts', () => {
  const program = compile(directory, 'true', 'int main() { return 0; }', '-static');
  const script = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, 'latin1');
    chmodSync(path, 0o755);
    return path;
  };
  const argumentsOf = (path: string): string[] => {
    const done = exec(path, ['zero', 'a', 'b']);
    const { bytes } = done.space.memory;
    const text = Buffer.from(bytes.slice(indexOf(done.argumentStart), indexOf(done.argumentEnd))).toString('latin1');
    dispose(done);
    return text.split('\0').slice(0, -1);
  };
  const one = script('one', `#!${program}\n`);
  assert.equal(argumentsOf(one), [program, one, 'a', 'b']);
  const two = script('two', `#!  ${program}   -x  y \t\nrest`);
  assert.equal(argumentsOf(two), [program, '-x  y', two, 'a', 'b']);
  const three = script('three', `#!${one} arg`);
  assert.equal(argumentsOf(three), [program, one, 'arg', three, 'a', 'b']);
  let path = program;
  for (let depth = 1; depth <= 6; depth++) {
    path = script(`level${depth}`, `#!${path}\n`);
    if (depth <= 5) dispose(exec(path, ['x']));
  }
  assert.is(prepareExec(execRequest(path, ['x'])), ELOOP);
  for (const text of ['', '#!\n', '#!   \n', `#!${'x'.repeat(300)}`, 'text', '#', `#!${' '.repeat(300)}`]) assert.is(prepareExec(execRequest(script('bad', text), ['x'])), ENOEXEC, text);
  assert.is(prepareExec(execRequest(script('none', '#!/no/such\n'), ['x'])), ENOENT);
});

/** What the kernel says of execve of scripts whose first lines are odd. */
ask('the kernel takes scripts alike', () => {
  const program = compile(directory, 'arguments', '#include <stdio.h>\nint main(int c, char **v) { for (int i = 0; i < c; i++) printf("[%s]", v[i]); }', '-static');
  const path = join(directory, 'odd');
  const execute = compile(directory, 'execute', '#define _GNU_SOURCE\n#include <errno.h>\n#include <string.h>\n#include <stdio.h>\n#include <unistd.h>\nint main(int c, char **v, char **e) { execve(v[1], v + 1, e); printf("%s", strerrorname_np(errno)); }');
  const lines = [
    '#!P', '#!P\n', '#!P \n', '#!P\t\t\n', '#! P a b', '#!\tP\ta\tb\t', '#!P\0a\n', '#!P \0a\n', '#!P a\0b\n', '#! \nP', `#!P ${'a'.repeat(400)}\n`, `#!P${' '.repeat(400)}a\n`,
    `#!${' '.repeat(200)}P\n`, '#!P\r\n', '#!\0', '#! \0\n', '#!', '#!   ', '#!\n', '#!P  x', '#!P \n\n',
  ];
  for (const line of lines) {
    writeFileSync(path, line.replace('P', program), 'latin1');
    chmodSync(path, 0o755);
    const native = spawnSync(execute, [path, 'one'], { encoding: 'latin1' }).stdout;
    const result = prepareExec(execRequest(path, [path, 'one']));
    let ours: string;
    if (isProgram(result)) {
      const { bytes } = result.space.memory;
      ours = Buffer.from(bytes.slice(indexOf(result.argumentStart), indexOf(result.argumentEnd))).toString('latin1').split('\0').slice(0, -1).map((value) => `[${value}]`).join('');
      dispose(result);
    } else ours = typeof result === 'number' ? errnoName(result) : String(result);
    assert.is(ours, native, JSON.stringify(line));
  }
});

ask('compressed programs', () => {
  const program = compile(directory, 'small', 'int main() { return 0; }', '-static');
  const path = join(directory, 'small.gz');
  writeFileSync(path, gzipSync(new HostFileBytes(program).bytes));
  const whole = exec(program, ['x']);
  const inflated = exec(path, ['x']);
  assert.is(inflated.entry, whole.entry);
  assert.equal(
    inflated.space.memory.bytes.slice(indexOf(inflated.codeStart), indexOf(inflated.codeEnd)),
    whole.space.memory.bytes.slice(indexOf(whole.codeStart), indexOf(whole.codeEnd)),
  );
  dispose(inflated);
  dispose(whole);
  writeFileSync(path, Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3));
  assert.is(prepareExec(execRequest(path, ['x'])), ENOEXEC);
});

/** The bytes of a file of the machine. */
class HostFileBytes {
  readonly bytes: Uint8Array;
  constructor(path: string) {
    const file = new HostFile(path);
    this.bytes = new Uint8Array(file.size());
    file.read(this.bytes, 0);
    file.release();
  }
}

ask('arguments that are too many', () => {
  const program = compile(directory, 'small2', 'int main() { return 0; }', '-static');
  const string = 'x'.repeat(131071);
  dispose(exec(program, [string]));
  assert.is(prepareExec(execRequest(program, [`${string}x`])), E2BIG);
  // A quarter of the stack's limit.
  const many = Array.from({ length: 15 }, () => string);
  dispose(exec(program, many));
  assert.is(prepareExec(execRequest(program, [...many, string])), E2BIG);
  const empty = exec(program, []);
  assert.is(empty.space.memory.view.getUint32(indexOf(empty.stackPointer), true), 1);
  dispose(empty);
});

test.run();
