/**
 * JSON (RFC 8259) that knows where things are: for files that people write, and whose mistakes they want to find. The text and all
 * strings in it are byte strings.
 */

/** What is wrong, and where: a path as `processes[2].threads`, or a line and a column. */
export interface Mistake {
  readonly place: string;
  readonly what: string;
}

/** A parsed text. */
export interface JsonText {
  readonly value: unknown;
}

/** How deep arrays and objects may be nested. */
const DEEPEST = 32;

/** Parses a text; of a key that is given twice nobody knows which was meant. */
export function parseJson(text: string): JsonText | Mistake {
  const parser = new Parser(text);
  try {
    return { value: parser.whole() };
  } catch (error) {
    if (error instanceof SyntaxMistake) return { place: placeOf(text, error.at), what: error.what };
    throw error;
  }
}

/** Whether it is a mistake rather than a text. */
export function isMistake(result: JsonText | Mistake): result is Mistake {
  return 'what' in result;
}

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}, column ${at - (before.lastIndexOf('\n') + 1) + 1}`;
}

/** Only ever thrown and caught in this module. */
class SyntaxMistake {
  readonly what: string;
  readonly at: number;

  constructor(what: string, at: number) {
    this.what = what;
    this.at = at;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANKS = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    // A byte order mark is what some editors put there.
    if (text.startsWith('\u00ef\u00bb\u00bf')) this.#at = 3;
  }

  whole(): unknown {
    const value = this.#value(0);
    this.#blanks();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the description');
    return value;
  }

  #fail(what: string, at: number = this.#at): never {
    throw new SyntaxMistake(what, at);
  }

  #blanks(): void {
    BLANKS.lastIndex = this.#at;
    BLANKS.test(this.#text);
    this.#at = BLANKS.lastIndex;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) this.#fail(`nested deeper than ${DEEPEST}`);
    this.#blanks();
    const first = this.#text[this.#at];
    if (first === undefined) this.#fail('the text ends where a value must be');
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of [['true', true], ['false', false], ['null', null]] as const) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    const number = this.#take(NUMBER);
    if (number === undefined) this.#fail('a value must be here');
    return Number(number);
  }

  #string(): string {
    const start = this.#at;
    const found = this.#take(STRING);
    if (found === undefined) this.#fail('a string that is not closed, or has what a string may not have', start);
    // Only an escape may stand for what is more than a byte.
    if (!found.includes('\\')) return found.slice(1, -1);
    return Buffer.from(JSON.parse(Buffer.from(found, 'latin1').toString()) as string).toString('latin1');
  }

  /** Elements with commas between; `element` reads one. */
  #list(close: string, element: () => void): void {
    this.#at++;
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      element();
      this.#blanks();
      const next = this.#text[this.#at];
      if (next === close) {
        this.#at++;
        return;
      }
      if (next !== ',') this.#fail(next === undefined ? `the text ends where \`,\` or \`${close}\` must be` : `\`,\` or \`${close}\` must be here`);
      this.#at++;
    }
  }

  #array(depth: number): unknown[] {
    const values: unknown[] = [];
    this.#list(']', () => void values.push(this.#value(depth + 1)));
    return values;
  }

  #object(depth: number): Record<string, unknown> {
    // No prototype: `__proto__` is a key like another.
    const values = Object.create(null) as Record<string, unknown>;
    this.#list('}', () => {
      this.#blanks();
      const at = this.#at;
      if (this.#text[at] !== '"') this.#fail('a key in quotes must be here');
      const key = this.#string();
      if (key in values) this.#fail(`the key ${JSON.stringify(key)} is there twice`, at);
      this.#blanks();
      if (this.#text[this.#at] !== ':') this.#fail('`:` must be here');
      this.#at++;
      values[key] = this.#value(depth + 1);
    });
    return values;
  }
}
