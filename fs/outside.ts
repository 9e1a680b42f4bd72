/**
 * How often something of the outside world was looked at: as long as nobody looks, it cannot be told when what is known of it was so, and what was read
 * once may be told again.
 */

/** A number that changes with each look. */
export const outside: { looks: number } = { looks: 0 };
