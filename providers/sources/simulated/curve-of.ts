/** Curves as a description has them. */

import { Curve } from './curve.ts';
import type { CurveText } from './description.ts';
import { Wrong } from './wrong.ts';

/** The curve of a text, of nothing without one. Throws what is wrong with it. */
export function curveOf(text: CurveText | undefined, path: string): Curve {
  if (text === undefined) return NONE;
  if (typeof text === 'object') {
    const { points, base, period } = text;
    if (points && base !== undefined) throw new Wrong(`${path}.base`, 'cannot be there with points');
    if (period !== undefined && !points) throw new Wrong(`${path}.period`, 'must have points that it repeats');
    points?.forEach(([time], index) => {
      const before = points[index - 1]?.[0];
      if (before !== undefined && time <= before) throw new Wrong(`${path}.points[${index}][0]`, `must be later than ${before}`);
    });
    const last = points?.at(-1)?.[0];
    if (period !== undefined && last !== undefined && last >= period) throw new Wrong(`${path}.period`, `must be later than the last point, ${last}`);
  }
  const curve = new Curve(text);
  if (curve.minimum < 0) throw new Wrong(path, 'must never fall below 0: the waves are higher than what they are on');
  return curve;
}

const NONE = new Curve(0);
