/** Cuts a line of text into words, numbers, blanks and signs, so that what moves can be told from what does not. */

export type TokenKind = 'number' | 'hex' | 'blank' | 'text';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

// A number may carry a sign where no other word ends just before it, and a decimal fraction.
const TOKEN = /[ \t]+|(?<![\w.)-])-?\d+(?:\.\d+)?(?![\w])|[\w]+|[^\w \t]/gu;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const HEX = /^(?:0x)?[0-9a-f]+$/i;

export function tokenise(line: string): Token[] {
  const tokens: Token[] = [];
  for (const [text] of line.matchAll(TOKEN)) tokens.push({ kind: kindOf(text), text });
  return tokens;
}

function kindOf(text: string): TokenKind {
  if (text.charCodeAt(0) === 0x20 || text.charCodeAt(0) === 0x09) return 'blank';
  if (NUMBER.test(text)) return 'number';
  if (HEX.test(text)) return 'hex';
  return 'text';
}

/** A number's value times 10^9, so that fractions compare exactly. */
export function valueOf(token: Token): bigint {
  if (token.kind === 'hex') return BigInt(token.text.startsWith('0x') ? token.text : `0x${token.text}`) * 1_000_000_000n;
  const negative = token.text.startsWith('-');
  const [whole = '0', fraction = ''] = token.text.slice(negative ? 1 : 0).split('.');
  const value = BigInt(whole) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return negative ? -value : value;
}

/** The line with its numbers taken out: lines of the same shape are records of the same kind. */
export function shapeOf(line: string): string {
  return tokenise(line)
    .map(({ kind, text }) => (kind === 'number' || kind === 'hex' ? '#' : kind === 'blank' ? ' ' : text))
    .join('');
}
