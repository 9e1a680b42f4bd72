/** ELF programs of 32 bits: known, and refused as long as nothing runs their code. */

import { ENOEXEC } from '../../fs/errno.ts';
import * as elf from './elf.ts';
import type { Attempt, Loader, LoadResult } from './loader.ts';

export const elf32Loader: Loader = {
  name: 'elf32',
  load({ head, request }: Attempt): LoadResult {
    if (!elf.isElf(head) || head[elf.EI_CLASS] !== elf.ELFCLASS32) return undefined;
    const { type, machine } = elf.parseHeader(head);
    if ((type !== elf.ET_EXEC && type !== elf.ET_DYN) || (machine !== elf.EM_386 && machine !== elf.EM_486)) return undefined;
    request.refused?.('programs of 32 bits do not run here');
    return ENOEXEC;
  },
};
