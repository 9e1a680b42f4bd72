/** The files that a dynamically linked program needs, as the dynamic linker would find them on this machine. */

import { existsSync, readFileSync } from 'node:fs';

const DIRECTORIES = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

/** The interpreter and the libraries that an ELF file names (elf(5)). */
function needsOf(file: Buffer): { readonly interpreter: string | undefined; readonly libraries: readonly string[] } {
  const text = (at: number): string => file.toString('latin1', at, file.indexOf(0, at));
  const headers = Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = Number(file.readBigUInt64LE(32)) + index * file.readUInt16LE(54);
    const field = (offset: number): number => Number(file.readBigUInt64LE(at + offset));
    return { type: file.readUInt32LE(at), offset: field(8), address: field(16), size: field(32) };
  });
  const offsetOf = (address: number): number => {
    const segment = headers.find((one) => one.type === PT_LOAD && address >= one.address && address < one.address + one.size);
    return segment ? address - segment.address + segment.offset : 0;
  };
  const entries: (readonly [tag: number, value: number])[] = [];
  for (const { type, offset, size } of headers) {
    if (type !== PT_DYNAMIC) continue;
    for (let at = offset; at < offset + size; at += 16) entries.push([Number(file.readBigInt64LE(at)), Number(file.readBigUInt64LE(at + 8))]);
  }
  const strings = offsetOf(entries.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0);
  const interpreter = headers.find(({ type }) => type === PT_INTERP);
  return {
    interpreter: interpreter && text(interpreter.offset),
    libraries: entries.filter(([tag]) => tag === DT_NEEDED).map(([, name]) => text(strings + name)),
  };
}

/** A program with its interpreter and libraries, each by the path where it is looked for. */
export function withDependencies(program: string): Record<string, { readonly content: Uint8Array; readonly mode: number }> {
  const files: Record<string, { content: Uint8Array; mode: number }> = {};
  const add = (path: string): void => {
    if (path in files) return;
    const content = readFileSync(path);
    files[path] = { content, mode: 0o755 };
    const { interpreter, libraries } = needsOf(content);
    if (interpreter !== undefined) add(interpreter);
    for (const name of libraries) {
      const directory = DIRECTORIES.find((one) => existsSync(`${one}/${name}`));
      if (directory === undefined) throw new Error(`${program} needs ${name}, which is not on this machine`);
      add(`${directory}/${name}`);
    }
  };
  add(program);
  return files;
}
