/** What a task has open and where it stands: descriptors, links, namespaces, mapped files. */

export interface TaskFiles {}
