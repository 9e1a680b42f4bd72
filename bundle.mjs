// Puts the modules that `compatfs run` needs into a few files: loading a hundred modules takes longer than many programs run. A module in them is run when it is
// first asked for. The first file's script gives a function of `require`, the address of the output directory, `import()`, and what evaluates another file by its
// name, which gives a function that loads a module at once, by its path. The other files give definitions of modules.
//
// It relies on the house style: imports stand at the beginning of a line and name what they take, and exports are declarations.
import { deepStrictEqual } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from '([^']+)';$/gm;
const REEXPORT = /^export (\{[^}]*\}) from '([^']+)';$/gm;
const DECLARATION = /^export (const|let|class|function\*?|async function|abstract class) (\w+)/gm;
const LIST = /^export (\{[^}]*\});$/gm;
const DYNAMIC = /\bimport\('([^']+)'\)/g;
const NAME = /(\w+)(?: as (\w+))?/;

const names = (list) => list.slice(1, -1).split(',').map((part) => NAME.exec(part.trim())).filter(Boolean).map(([, name, as = name]) => ({ name, as }));
const pattern = (list) => `{ ${names(list).map(({ name, as }) => (name === as ? name : `${name}: ${as}`)).join(', ')} }`;
const resolve = (from, specifier) => posix.join(posix.dirname(from), specifier);

// One byte a character: V8 reads it faster, and it may be read as any encoding.
const ascii = (text) => text.replace(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Reads a module and all that it imports. */
function collect(output, path, modules, later) {
  if (modules.has(path)) return;
  const text = readFileSync(join(output, path), 'utf8').replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '').replace(/^ *\/\/ .*\n/gm, '').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const lets = new Set([...text.matchAll(DECLARATION)].filter(([, kind]) => kind === 'let').map(([, , name]) => name));
  const imports = [...text.matchAll(IMPORT), ...text.matchAll(REEXPORT)].map(([, , specifier]) => specifier).filter((specifier) => specifier.startsWith('.')).map((specifier) => resolve(path, specifier));
  modules.set(path, { text, lets, imports });
  for (const imported of imports) collect(output, imported, modules, later);
  for (const [, specifier] of text.matchAll(DYNAMIC)) if (specifier.startsWith('.')) later.add(resolve(path, specifier));
}

/** A module as a function. */
function definition(path, { text, data }, modules, isLate) {
  if (data) return `${JSON.stringify(path)}($exports) {\n'use strict';\n${data}\n}`;
  const live = [];
  const after = [];
  const before = [];
  const later = (what, loading) => {
    const module = `late${live.length}`;
    live.push(...names(what).map(({ name, as }) => ({ as, by: `${module}.it.${name}` })));
    // Found once, it is a property like others.
    return `const ${module} = { get it() { const it = ${loading}; Object.defineProperty(this, 'it', { value: it }); return it; } };`;
  };
  let body = text.replace(IMPORT, (_all, what, specifier) => {
    if (!specifier.startsWith('.')) {
      if (what.startsWith('{') && isLate(path, specifier)) return later(what, `$require('${specifier}')`);
      if (what.startsWith('{')) return `const ${pattern(what)} = $require('${specifier}');`;
      return `const ${what.replace(/^\* as /, '')} = $require('${specifier}');`;
    }
    const target = resolve(path, specifier);
    if (!what.startsWith('{')) return `const ${what.replace(/^\* as /, '')} = $load('${target}');`;
    if (isLate(path, target)) return later(what, `$load('${target}')`);
    const { lets } = modules.get(target);
    const taken = names(what);
    const changing = taken.filter(({ name }) => lets.has(name));
    if (changing.length > 0) {
      const module = `live${live.length}`;
      live.push(...changing.map(({ name, as }) => ({ as, by: `${module}.${name}` })));
      const rest = taken.filter(({ name }) => !lets.has(name));
      return `const ${module} = $load('${target}'); ${rest.length > 0 ? `const { ${rest.map(({ name, as }) => (name === as ? name : `${name}: ${as}`)).join(', ')} } = ${module};` : ''}`;
    }
    // A module that is being loaded, because both want each other, fills in what is missing when it is done.
    return `let ${pattern(what)} = $load('${target}', (it) => (${pattern(what)} = it));`;
  });
  body = body.replace(REEXPORT, (_all, what, specifier) => {
    const target = resolve(path, specifier);
    return names(what).map(({ name, as }) => `$exports.${as} = $load('${target}').${name};`).join(' ');
  });
  body = body.replace(LIST, (_all, what) => {
    after.push(...names(what).map(({ name, as }) => `$exports.${as} = ${name};`));
    return '';
  });
  body = body.replace(DECLARATION, (_all, kind, name) => {
    if (kind.includes('function')) before.push(`$exports.${name} = ${name};`);
    else if (kind === 'let') before.push(`Object.defineProperty($exports, '${name}', { enumerable: true, get: () => ${name} });`);
    else after.push(`$exports.${name} = ${name};`);
    return `${kind} ${name}`;
  });
  for (const { as, by } of live) body = body.replace(new RegExp(`(?<!(?<!\\.\\.)\\.|[#\\w'/])${as}\\b(?!['\\w]|:)`, 'g'), by);
  body = body.replace(DYNAMIC, (_all, specifier) => (specifier.startsWith('.') ? `Promise.resolve($load('${resolve(path, specifier)}'))` : `$import('${specifier}')`));
  body = body.replaceAll('import.meta.url', `($directory + '${path}')`);
  if (/^(import|export)\b(?!\s*[(.=:])/m.test(body)) throw new Error(`bundle: ${path} has an import or export that is not understood`);
  return `${JSON.stringify(path)}($exports, $load, $require, $directory, $import) {\n'use strict';\n${before.join('\n')}\n${body}\n${after.join('\n')}\n}`;
}

/** A table of records, which have the same keys, as what makes it anew: most of the values are the same again and again. */
function tableOf(records) {
  const keys = Object.keys(records[0]);
  const values = new Map();
  const placeOf = (text) => (values.has(text) ? values : values.set(text, values.size)).get(text);
  const places = records.flatMap((record) => keys.map((key) => placeOf(JSON.stringify(record[key]))));
  const text = `[[${[...values.keys()]}],${JSON.stringify(places)}]`;
  const make = `([values, places]) => {
  const records = [];
  for (let at = 0; at < places.length; ) records.push({ ${keys.map((key) => `${key}: values[places[at++]]`).join(', ')} });
  return records;
}`;
  deepStrictEqual((0, eval)(make)(JSON.parse(text)), records);
  return `(${make})(JSON.parse(${JSON.stringify(text)}))`;
}

/** A module whose exports are data, as what makes the data anew. */
function dataOf(values) {
  return Object.entries(values)
    .map(([name, value]) => {
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return `$exports.${name} = ${JSON.stringify(value)};`;
      if (Array.isArray(value)) return `$exports.${name} = ${tableOf(value)};`;
      if (typeof value === 'number') return `$exports.${name} = ${value};`;
      if (!ArrayBuffer.isView(value)) throw new Error(`bundle: ${name} is no data`);
      const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
      // Small buffers are parts of a pool, and need not begin where a number may.
      return `$exports.${name} = new ${value.constructor.name}(Uint8Array.from(Buffer.from('${text}', 'base64')).buffer);`;
    })
    .join('\n');
}

/** The modules that are loaded with some, or with a third parameter also those that they load late. */
function closure(entries, modules, isLate) {
  const found = new Set();
  const add = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const imported of modules.get(path).imports) if (!isLate?.(path, imported)) add(imported);
  };
  entries.forEach(add);
  return found;
}

/**
 * Writes three files into the output directory: NAME.js has what the entries need at once, NAME-late.js what they import and load late, NAME-more.js what they
 * import dynamically.
 *
 * Modules in `late` are loaded when something of them is first used, and so is all that those in `sparing` import; those in `near`, though late, are in the
 * first file. Of those in `frozen`, by path, the exports are what they are now.
 */
export function bundle(output, entries, name, { late = new Set(), near = [], sparing = new Set(), frozen = new Map() } = {}) {
  const modules = new Map([...frozen].map(([path, values]) => [path, { text: '', lets: new Set(), imports: [], data: dataOf(values) }]));
  const later = new Set();
  for (const entry of entries) collect(output, entry, modules, later);
  // What is loaded later may load more.
  for (const entry of later) collect(output, entry, modules, later);
  const isLate = (importer, path) => late.has(path) || sparing.has(importer);
  const first = closure([...entries, ...near], modules, isLate);
  const second = new Set([...closure(entries, modules)].filter((path) => !first.has(path)));
  const third = new Set([...modules.keys()].filter((path) => !first.has(path) && !second.has(path)));
  const define = (paths) => [...paths].map((path) => definition(path, modules.get(path), modules, isLate)).join(',\n');
  const file = (suffix) => `${name}${suffix}.js`;
  for (const [suffix, paths] of [['-late', second], ['-more', third]]) writeFileSync(join(output, file(suffix)), ascii(`({\n${define(paths)}\n})\n`));
  writeFileSync(
    join(output, file('')),
    ascii(`(function (require, directory, importModule, evaluate) {
'use strict';
const definitions = {
${define(first)}
};
const late = new Set(${JSON.stringify([...second].join(' '))}.split(' '));
const loaded = new Map();
function load(path, whenDone) {
  let module = loaded.get(path);
  if (module) {
    if (!module.done && whenDone) module.waiting.push(whenDone);
    return module.exports;
  }
  if (!(path in definitions)) Object.assign(definitions, evaluate(late.has(path) ? '${file('-late')}' : '${file('-more')}'));
  module = { exports: {}, done: false, waiting: [] };
  loaded.set(path, module);
  definitions[path](module.exports, load, require, directory, importModule);
  module.done = true;
  for (const done of module.waiting) done(module.exports);
  return module.exports;
}
return load;
})
`),
  );
}
