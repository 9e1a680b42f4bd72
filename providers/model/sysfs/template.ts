/** Templates of printf(3), by which lines of fixed form are both read and written. */

/** A piece of a template: literal text, or a place for a value. */
export type TemplatePiece = string | TemplatePlace;

export interface TemplatePlace {
  /** `d` signed, `u` unsigned, `x` and `X` hexadecimal, `s` text up to what follows. */
  readonly conversion: 'd' | 'u' | 'x' | 'X' | 's';
  readonly width: number;
  readonly zeros: boolean;
  /** Blanks come after it. */
  readonly left: boolean;
}

const compiled = new Map<string, readonly TemplatePiece[]>();

/** The pieces of a template; remembered. */
export function templatePieces(template: string): readonly TemplatePiece[] {
  let pieces = compiled.get(template);
  if (!pieces) compiled.set(template, (pieces = compile(template)));
  return pieces;
}

function compile(template: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let end = 0;
  for (const match of template.matchAll(/%(-?)(0?)(\d*)([duxXs])/g)) {
    if (match.index > end) pieces.push(template.slice(end, match.index));
    end = match.index + match[0].length;
    const [, minus, zero, width, conversion] = match;
    pieces.push({
      conversion: conversion as TemplatePlace['conversion'],
      width: Number(width),
      zeros: zero === '0',
      left: minus === '-',
    });
  }
  if (end < template.length) pieces.push(template.slice(end));
  return pieces;
}
