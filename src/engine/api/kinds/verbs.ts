// What can be done to the objects of most kinds.
// Upstream: apiserver pkg/endpoints/installer.go

import type { Verb } from '../kind'

/** In discovery's order. */
export const ALL_VERBS: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
