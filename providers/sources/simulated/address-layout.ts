/** How the address space of a template's processes is divided. It is the same for all of them, as without randomization. */

import type { Template } from './machine.ts';
import { PAGE } from './memory-state.ts';

const CODE = 0x5555_5555_4000;
const LIBRARIES = 0x7fff_f700_0000;
const STACK_TOP = 0x7fff_ffff_f000;
const STACK_SIZE = 132 * 1024;
/** The stack of a thread, and the page that guards it. */
export const THREAD_STACK: number = 8 * 2 ** 20;
const VVAR_SIZE = 4 * PAGE;
const VDSO_SIZE = 2 * PAGE;

/** Code, constants and data of a library, in pages. */
export interface Library {
  readonly path: string;
  readonly code: number;
  readonly constants: number;
  readonly data: number;
}

export const LIBRARIES_USED: readonly Library[] = [
  { path: '/usr/lib/x86_64-linux-gnu/libc.so.6', code: 341, constants: 83, data: 6 },
  { path: '/usr/lib64/ld-linux-x86-64.so.2', code: 38, constants: 11, data: 4 },
];

/** Bytes. */
export interface Layout {
  readonly code: number;
  readonly codeSize: number;
  readonly constants: number;
  readonly constantsSize: number;
  readonly data: number;
  readonly dataSize: number;
  readonly heap: number;
  readonly heapSize: number;
  /** One large mapping below the libraries. */
  readonly anonymous: number;
  readonly anonymousSize: number;
  readonly threadStacks: number;
  readonly libraries: number;
  readonly libraryCode: number;
  readonly vvar: number;
  readonly vdso: number;
  readonly stackTop: number;
  readonly stackSize: number;
  /** All that may be written to but the stack. */
  readonly dataBytes: number;
  readonly total: number;
}

const layouts = new WeakMap<Template, Layout>();

export function layoutOf(template: Template): Layout {
  let layout = layouts.get(template);
  if (!layout) layouts.set(template, (layout = make(template)));
  return layout;
}

const whole = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

function make({ rss, virtual, threads }: Template): Layout {
  const codeSize = whole(Math.min(24 * 2 ** 20, Math.max(16 * PAGE, rss / 6)));
  const constantsSize = whole(codeSize / 2);
  const dataSize = 8 * PAGE;
  const libraryPages = LIBRARIES_USED.reduce((sum, { code, constants, data }) => sum + code + constants + data, 0);
  const libraryCode = LIBRARIES_USED.reduce((sum, { code }) => sum + code, 0) * PAGE;
  const libraryData = LIBRARIES_USED.reduce((sum, { data }) => sum + data, 0) * PAGE;
  const threadStacks = (threads - 1) * (THREAD_STACK + PAGE);
  const fixed = codeSize + constantsSize + dataSize + libraryPages * PAGE + STACK_SIZE + VVAR_SIZE + VDSO_SIZE + threadStacks;
  const rest = whole(Math.max(virtual - fixed, rss * 1.3, 64 * PAGE));
  const heapSize = whole(Math.min(rest / 2, 2 ** 30));
  const anonymousSize = rest - heapSize;
  const constants = CODE + codeSize;
  const data = constants + constantsSize;
  return {
    code: CODE,
    codeSize,
    constants,
    constantsSize,
    data,
    dataSize,
    heap: data + dataSize + 2 ** 24,
    heapSize,
    anonymous: LIBRARIES - threadStacks - anonymousSize - PAGE,
    anonymousSize,
    threadStacks: LIBRARIES - threadStacks,
    libraries: LIBRARIES,
    libraryCode,
    vvar: STACK_TOP - 2 ** 27,
    vdso: STACK_TOP - 2 ** 27 + VVAR_SIZE,
    stackTop: STACK_TOP,
    stackSize: STACK_SIZE,
    dataBytes: dataSize + heapSize + anonymousSize + (threads - 1) * THREAD_STACK + libraryData,
    total: fixed + rest,
  };
}
