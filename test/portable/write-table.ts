/** `npm run portable-table`: writes the tables of docs/portable.md anew from the code. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GENERATED, fieldsText } from '../../providers/sources/portable/fields-text.ts';

const path = fileURLToPath(new URL('../../../docs/portable.md', import.meta.url));
const text = readFileSync(path, 'utf8');
const end = text.indexOf(GENERATED);
if (end < 0) throw new Error(`${path} has no line as ${GENERATED}`);
writeFileSync(path, text.slice(0, end + GENERATED.length) + fieldsText());
