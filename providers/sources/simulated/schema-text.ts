/** The schema of descriptions as a file: docs/simulated.schema.json. */

import { DEFINITIONS, SCHEMA } from './schema.ts';

export function schemaText(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A machine for compatfs to simulate',
    ...SCHEMA,
    $defs: DEFINITIONS,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
