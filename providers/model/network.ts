/** A network namespace as /proc/net shows it. */

export interface NetworkView {}
