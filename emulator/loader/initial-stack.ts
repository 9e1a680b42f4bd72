/**
 * What a program finds on its stack (fs/exec.c, create_elf_tables in fs/binfmt_elf.c):
 *
 *     top          8 zeros
 *                  the path, as AT_EXECFN shows it
 *                  the environment, then the arguments, the first at the lowest address
 *                  (down to a multiple of 16)
 *                  the platform's name
 *                  16 random bytes
 *                  (down to where what follows begins at a multiple of 16)
 *                  the auxiliary vector
 *                  addresses of the environment, 0
 *                  addresses of the arguments, 0
 *     rsp          how many arguments
 */

import { E2BIG, type Errno } from '../../fs/errno.ts';
import { indexOf, type GuestMemory } from '../memory/guest-memory.ts';
import { PAGE_SIZE, STACK_TOP } from '../memory/layout.ts';

/** Most bytes of one string, with its zero. */
const MAX_ARG_STRLEN = 131072;
const ARG_MAX = 131072;
/** What a stack is made larger by at once. */
const STACK_EXPANSION = 131072;
const STACK_LIMIT = 8 << 20;

/** Where things on the stack are. */
export interface InitialStack {
  readonly stackPointer: number;
  readonly argumentStart: number;
  readonly argumentEnd: number;
  readonly environmentStart: number;
  readonly environmentEnd: number;
  readonly auxiliary: Uint8Array;
}

/** What goes on it. */
export interface StackContents {
  readonly path: string;
  readonly argv: readonly string[];
  readonly envp: readonly string[];
}

/**
 * Whether arguments and environment are allowed to be so many (bprm_stack_limits). `given` are the arguments as they came, which count for the
 * addresses. Errors: E2BIG.
 */
export function checkArguments({ path, argv, envp }: StackContents, given: number, stackLimit: number): Errno | 0 {
  const limit = Math.max(Math.min((STACK_LIMIT / 4) * 3, Math.floor(stackLimit / 4)), ARG_MAX);
  const addresses = (Math.max(given, 1) + envp.length) * 8;
  if (limit <= addresses) return E2BIG;
  let bytes = path.length + 1;
  for (const strings of [envp, argv])
    for (const string of strings) {
      if (string.length + 1 > MAX_ARG_STRLEN) return E2BIG;
      bytes += string.length + 1;
    }
  return bytes > limit - addresses ? E2BIG : 0;
}

/** How much of a stack is needed at first, in bytes: whole pages, and what it is made larger by. */
export function initialStackSize({ path, argv, envp }: StackContents, stackLimit: number): number {
  let bytes = 8 + path.length + 1;
  for (const strings of [envp, argv]) for (const string of strings) bytes += string.length + 1;
  // The addresses are written when the stack is there, and it grows if it has to.
  const pages = Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
  const tables = Math.ceil((argv.length + envp.length + 80) / 512) * PAGE_SIZE + PAGE_SIZE;
  const expanded = Math.min(pages + STACK_EXPANSION, Math.max(Math.floor(stackLimit / PAGE_SIZE) * PAGE_SIZE, pages));
  return Math.max(expanded, pages + tables);
}

/** Writes it. `auxiliary` makes the vector, when it is known where the strings are. */
export function writeStack(
  memory: GuestMemory,
  { path, argv, envp }: StackContents,
  platform: string,
  random: (into: Uint8Array) => void,
  auxiliary: (addresses: { readonly path: number; readonly platform: number; readonly random: number }) => readonly (readonly [number, number])[],
): InitialStack {
  const { bytes, view } = memory;
  let at = STACK_TOP - 8;
  const push = (string: string): number => {
    at -= string.length + 1;
    let index = indexOf(at);
    for (let char = 0; char < string.length; char++) bytes[index++] = string.charCodeAt(char);
    bytes[index] = 0;
    return at;
  };
  const pathAt = push(path);
  const environmentEnd = at;
  const environment: number[] = [];
  for (let index = envp.length - 1; index >= 0; index--) environment[index] = push(envp[index]!);
  const argumentEnd = at;
  const addresses: number[] = [];
  for (let index = argv.length - 1; index >= 0; index--) addresses[index] = push(argv[index]!);
  const argumentStart = at;
  at -= at % 16;
  const platformAt = push(platform);
  at -= 16;
  const randomAt = at;
  // Not every source of random bytes writes to shared memory.
  const seed = new Uint8Array(16);
  random(seed);
  bytes.set(seed, indexOf(randomAt));
  const entries = auxiliary({ path: pathAt, platform: platformAt, random: randomAt });
  const words = entries.length * 2 + argv.length + 1 + envp.length + 1 + 1;
  at -= words * 8;
  at -= at % 16;
  const stackPointer = at;
  let index = indexOf(at);
  const put = (value: number): void => {
    view.setUint32(index, value, true);
    view.setUint32(index + 4, Math.floor(value / 0x1_0000_0000), true);
    index += 8;
  };
  put(argv.length);
  for (const address of addresses) put(address);
  put(0);
  for (const address of environment) put(address);
  put(0);
  const vectorStart = index;
  for (const [key, value] of entries) {
    put(key);
    put(value);
  }
  return {
    stackPointer,
    argumentStart,
    argumentEnd,
    environmentStart: argumentEnd,
    environmentEnd,
    auxiliary: bytes.slice(vectorStart, index),
  };
}
