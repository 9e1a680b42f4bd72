/** The syntax of jail.conf(5): tokens, strings with their escapes, statements. What parameters mean is in configuration.ts. */

/** Where something stands in a file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with a file, and where. */
export class ConfigurationError extends Error {
  readonly position: Position;

  constructor(position: Position, why: string) {
    super(why);
    this.position = position;
  }
}

/** A piece of a string: text, or the name of a parameter or variable whose value goes there. */
export type Piece = { readonly text: string } | { readonly variable: string; readonly position: Position };
export type Value = readonly Piece[];

/** `NAME = VALUE, VALUE;`, `NAME += VALUE;` or `NAME;` */
export interface Assignment {
  /** With its `$` where it is a variable. */
  readonly name: string;
  readonly position: Position;
  readonly append: boolean;
  /** Absent for a name alone. */
  readonly values?: readonly Value[];
}

/** Assignments for the jails that a name or pattern stands for; those outside of all braces are for `*`. */
export interface Definition {
  readonly name: string;
  readonly position: Position;
  /** Whether it is a jail's own, rather than statements outside of all braces. */
  readonly named: boolean;
  readonly assignments: readonly Assignment[];
}

interface Token {
  readonly kind: 'string' | '{' | '}' | '=' | '+=' | ',' | ';' | 'end';
  readonly value: Value;
  readonly position: Position;
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
/** What ends a token that is not quoted. */
const SPECIAL = /[\s{}=,;"'#]/;

class Scanner {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #position(): Position {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #take(): string {
    const char = this.#text[this.#at++] ?? '';
    if (char === '\n') {
      this.#line++;
      this.#lineStart = this.#at;
    }
    return char;
  }

  #looksAt(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #skipBlanks(): void {
    for (;;) {
      if (/\s/.test(this.#text[this.#at] ?? '')) this.#take();
      else if (this.#looksAt('#') || this.#looksAt('//')) while (this.#at < this.#text.length && this.#take() !== '\n');
      else if (this.#looksAt('/*')) this.#skipComment();
      else return;
    }
  }

  #skipComment(): void {
    const position = this.#position();
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) throw new ConfigurationError(position, 'the comment has no end');
    while (this.#at < end + 2) this.#take();
  }

  next(): Token {
    this.#skipBlanks();
    const position = this.#position();
    if (this.#at >= this.#text.length) return { kind: 'end', value: [], position };
    for (const kind of ['+=', '{', '}', '=', ',', ';'] as const) {
      if (!this.#looksAt(kind)) continue;
      this.#at += kind.length;
      return { kind, value: [], position };
    }
    return { kind: 'string', value: this.#string(), position };
  }

  /** Tokens and quoted strings that touch are one string. */
  #string(): Value {
    const pieces: Piece[] = [];
    let text = '';
    const variable = (name: string, position: Position): void => {
      if (text !== '') pieces.push({ text });
      text = '';
      pieces.push({ variable: name, position });
    };
    let quote = '';
    let opened = this.#position();
    for (;;) {
      const char = this.#text[this.#at] ?? '';
      if (char === '' && quote !== '') throw new ConfigurationError(opened, 'the string has no end');
      if (quote === '' && char !== '"' && char !== "'" && (char === '' || SPECIAL.test(char) || this.#looksAt('+='))) break;
      const position = this.#position();
      this.#take();
      if (quote === '' ? char === '"' || char === "'" : char === quote) {
        quote = quote === '' ? char : '';
        opened = position;
      } else if (char === '\\') {
        text += this.#escaped();
      } else if (char === '$' && quote !== "'") {
        variable(this.#variable(position), position);
      } else {
        text += char;
      }
    }
    if (text !== '' || pieces.length === 0) pieces.push({ text });
    return pieces;
  }

  #escaped(): string {
    const char = this.#take();
    if (char === '\n') return '';
    const [digits] = /^(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3})/.exec(this.#text.slice(this.#at - 1, this.#at + 2)) ?? [];
    if (digits === undefined) return ESCAPES[char] ?? char;
    this.#at += digits.length - 1;
    return String.fromCharCode(char === 'x' ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 8) & 0xff);
  }

  #variable(position: Position): string {
    const [all = '', inBraces, plain] = /^(?:\{([^{}\s]*)\}|([A-Za-z0-9_.]*))/.exec(this.#text.slice(this.#at)) ?? [];
    const name = inBraces ?? plain ?? '';
    if (name === '') throw new ConfigurationError(position, 'no name follows the $');
    this.#at += all.length;
    return name;
  }
}

/** Reads a file. Throws a ConfigurationError. */
export function parseDefinitions(text: string): Definition[] {
  const scanner = new Scanner(text);
  const definitions: Definition[] = [];
  let open: { name: string; position: Position; assignments: Assignment[] } | undefined;
  for (;;) {
    const token = scanner.next();
    if (token.kind === 'end') {
      if (open) throw new ConfigurationError(open.position, `the definition of ${open.name} has no end`);
      return definitions;
    }
    if (token.kind === '}' && open) {
      definitions.push({ ...open, named: true });
      open = undefined;
      continue;
    }
    if (token.kind !== 'string') throw new ConfigurationError(token.position, `${token.kind} where a name should be`);
    const name = nameOf(token);
    const follows = scanner.next();
    if (follows.kind === '{') {
      if (open) throw new ConfigurationError(token.position, `a jail in the definition of ${open.name}; call it ${open.name}.${name}`);
      open = { name, position: token.position, assignments: [] };
      continue;
    }
    const assignment = readAssignment(name, token.position, follows, scanner);
    if (open) open.assignments.push(assignment);
    else definitions.push({ name: '*', position: token.position, named: false, assignments: [assignment] });
  }
}

/** A name as it stands there; a variable keeps its `$`. */
function nameOf({ value, position }: Token): string {
  const name = value.map((piece) => ('text' in piece ? piece.text : `$${piece.variable}`)).join('');
  if (name === '') throw new ConfigurationError(position, 'an empty name');
  return name;
}

function readAssignment(name: string, position: Position, first: Token, scanner: Scanner): Assignment {
  if (first.kind === ';') return { name, position, append: false };
  if (first.kind !== '=' && first.kind !== '+=')
    throw new ConfigurationError(first.position, `=, +=, { or ; should follow ${name}`);
  const values: Value[] = [];
  for (;;) {
    const value = scanner.next();
    if (value.kind !== 'string') throw new ConfigurationError(value.position, `${name} has no value`);
    values.push(value.value);
    const separator = scanner.next();
    if (separator.kind === ';') return { name, position, append: first.kind === '+=', values };
    if (separator.kind !== ',') throw new ConfigurationError(separator.position, `a ; should follow the value of ${name}`);
  }
}
