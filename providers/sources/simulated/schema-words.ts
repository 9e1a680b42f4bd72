/** The words in which the rules of a description are written. */

import type { Rule } from './schema-rules.ts';

export const size = (description: string): Rule => ({ description, $ref: '#/$defs/size' });
export const curve = (description: string): Rule => ({ description, $ref: '#/$defs/curve' });
export const integer = (minimum: number, maximum: number, description: string, fallback?: number): Rule => ({
  description,
  type: 'integer',
  minimum,
  maximum,
  ...(fallback !== undefined && { default: fallback }),
});
export const text = (description: string, maxLength = 4096): Rule => ({ description, type: 'string', maxLength });
/** Text of one line. */
export const line = (description: string, maxLength: number): Rule => ({ description, type: 'string', pattern: '^[^\\n]*$', maxLength });
export const matching = (pattern: string, description: string): Rule => ({ description, type: 'string', pattern });
export const path = (description: string): Rule => matching('^/[^\\n]*$', description);
export const name = (description: string): Rule => matching('^[^\\s"]{1,64}$', description);
export const list = (items: Rule, description: string, maxItems = 1024): Rule => ({ description, type: 'array', items, maxItems });
export const object = (properties: Readonly<Record<string, Rule>>, required: readonly string[] = [], description?: string): Rule => ({
  ...(description !== undefined && { description }),
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

/** The longest time that may be said: about 30 years. */
export const LONGEST: number = 1e9;

export const positive = (description: string, maximum: number): Rule => ({ description, type: 'number', exclusiveMinimum: 0, maximum });
