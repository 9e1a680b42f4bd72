/** Writes docs/compatibility.md anew. */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compatibilityPage } from '../../emulator/syscalls/compatibility.ts';
import { x64 } from '../../emulator/syscalls/table-x64.ts';

writeFileSync(fileURLToPath(new URL('../../../docs/compatibility.md', import.meta.url)), compatibilityPage(x64));
