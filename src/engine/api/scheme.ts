// All kinds that a server serves, found by what a URL or a body says.
// Upstream: apimachinery pkg/runtime/scheme.go, apiserver pkg/server/genericapiserver.go

import type { Kind } from './kind'

export interface Scheme {
  readonly kinds: readonly Kind[]
  byResource(group: string, version: string, resource: string): Kind | undefined
  byKind(group: string, version: string, kind: string): Kind | undefined
  /** Whether any kind has this group; and this version of it. */
  servesGroup(group: string): boolean
  servesVersion(group: string, version: string): boolean
  /** Whether CustomResourceDefinitions brought it. */
  isCustomGroup(group: string): boolean
}

export function createScheme(kinds: readonly Kind[]): Scheme {
  const resources = new Map(kinds.map((k) => [`${k.group}/${k.version}/${k.resource}`, k]))
  const names = new Map(kinds.map((k) => [`${k.group}/${k.version}/${k.kind}`, k]))
  const versions = new Set(kinds.map((k) => `${k.group}/${k.version}`))
  const groups = new Set(kinds.map((k) => k.group))
  const builtIn = new Set(kinds.filter((k) => !k.custom).map((k) => k.group))
  return {
    kinds,
    byResource: (group, version, resource) => resources.get(`${group}/${version}/${resource}`),
    byKind: (group, version, kind) => names.get(`${group}/${version}/${kind}`),
    servesGroup: (group) => groups.has(group),
    servesVersion: (group, version) => versions.has(`${group}/${version}`),
    isCustomGroup: (group) => groups.has(group) && !builtIn.has(group),
  }
}
