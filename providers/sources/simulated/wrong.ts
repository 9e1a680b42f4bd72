/** How the checks of a description say what cannot be. */

import type { Mistake } from './json-text.ts';

/** Thrown by the checks, and caught where they are called. */
export class Wrong {
  readonly mistake: Mistake;

  constructor(place: string, what: string) {
    this.mistake = { place, what };
  }
}
