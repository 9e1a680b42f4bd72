/**
 * /proc/PID/maps (fs/proc/task_mmu.c show_map_vma, proc_pid_maps(5)).
 *
 * Differs: the PROCMAP_QUERY ioctl(2) is not there, as before Linux 6.11.
 */

import type { Caller } from '../../../fs/caller.ts';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { MemoryMapping } from '../../model/task-memory.ts';
import type { TaskView } from '../../model/task.ts';
import { type SeenPath, pathsSeenBy } from './seen-paths.ts';

/** Where names begin, less one. Differs: a 32-bit kernel has them further to the left. */
const NAME_COLUMN = 72;

const [SPACE, MINUS, COLON] = [0x20, 0x2d, 0x3a];
const [READ, WRITE, EXECUTE, SHARED, PRIVATE] = [0x72, 0x77, 0x78, 0x73, 0x70];

export function maps(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  const seen = pathsSeenBy(caller, task);
  const mappings = task.addressSpace.mappings();
  if (isErrno(mappings)) return mappings;
  for (const mapping of mappings) mappingLine(out, mapping, seen);
  return 0;
}

/** The line of a mapping, which begins its record in smaps too. */
export function mappingLine(out: TextWriter, mapping: MemoryMapping, seen: SeenPath): void {
  const lineStart = out.length;
  out.hexZero(mapping.start, 8).byte(MINUS).hexZero(mapping.end, 8).byte(SPACE);
  out.byte(mapping.readable ? READ : MINUS).byte(mapping.writable ? WRITE : MINUS);
  out.byte(mapping.executable ? EXECUTE : MINUS).byte(mapping.shared ? SHARED : PRIVATE);
  out.byte(SPACE).hexZero(mapping.offset, 8);
  out.byte(SPACE).hexZero(mapping.major, 2).byte(COLON).hexZero(mapping.minor, 2);
  out.byte(SPACE).decimal(mapping.inode).byte(SPACE);
  if (mapping.name !== '') {
    out.padTo(lineStart + NAME_COLUMN).byte(SPACE);
    const name = seen(mapping.name);
    if (name.includes('\n')) out.escaped(name, '\n');
    else out.text(name);
  }
  out.newline();
}
