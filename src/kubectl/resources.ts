// From what a reader types (`po`, `Pod`, `deploy/web`, `deployments.apps`) to a resource and its URL.
// Upstream: cli-runtime pkg/resource/builder.go, client-go restmapper/shortcut.go

import { builtinKinds } from '../engine/index'
import { UnknownType, type ResourceInfo } from './context'

/** Throws the words of a server that has no such type. */
export function findResource(resources: readonly ResourceInfo[], typed: string): ResourceInfo {
  const word = typed.toLowerCase()
  const dot = word.indexOf('.')
  const [name, suffix] = dot < 0 ? [word, ''] : [word.slice(0, dot), word.slice(dot + 1)]
  const fits = (info: ResourceInfo) =>
    suffix === '' || suffix === info.group || suffix === `${info.version}.${info.group}` || suffix === `${info.version}.`
  const inGroup = resources.filter((info) => fits(info))
  const found =
    inGroup.find((info) => info.resource === name || info.singular === name || info.kind.toLowerCase() === name) ??
    // The mapper reads names in any case, the expander of short names does not.
    inGroup.find((info) => info.shortNames?.includes(dot < 0 ? typed : typed.slice(0, dot)))
  if (!found) {
    const where = dot < 0 ? `"${typed}"` : `"${typed.slice(0, dot)}" in group "${typed.slice(dot + 1)}"`
    throw new UnknownType(`error: the server doesn't have a resource type ${where}\n`)
  }
  return found
}

/** `pods,svc`, or a category such as `all`; each type once. */
export function findResources(resources: readonly ResourceInfo[], typed: string): readonly ResourceInfo[] {
  const found = typed.split(',').flatMap((word) => {
    const category = categoryOf(resources, word)
    return category.length > 0 ? category : [findResource(resources, word)]
  })
  return [...new Set(found)]
}

/** As discovery lists them: group by group, by name, each in the version that the server prefers. */
function categoryOf(resources: readonly ResourceInfo[], category: string): readonly ResourceInfo[] {
  const types = new Map<string, ResourceInfo>()
  for (const info of resources) {
    const type = `${info.resource}.${info.group}`
    if (info.categories?.includes(category) && !types.has(type)) types.set(type, info)
  }
  const groups = [...new Set(resources.map(({ group }) => group))]
  return [...types.values()].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || (a.resource < b.resource ? -1 : 1))
}

/** The mapper knows each kind by its name, and by that in lower case. */
export function findKind(resources: readonly ResourceInfo[], apiVersion: string, kind: string): ResourceInfo | undefined {
  return resources.find((info) => (info.kind === kind || info.kind.toLowerCase() === kind) && apiVersionOf(info) === apiVersion)
}

/** Of a type that kubectl was built with; it knows how such lists are merged. */
export function schemaOf({ group, kind }: ResourceInfo): (typeof builtinKinds)[number]['schema'] | undefined {
  return builtinKinds.find((k) => k.group === group && k.kind === kind)?.schema
}

export function apiVersionOf({ group, version }: ResourceInfo): string {
  return group === '' ? version : `${group}/${version}`
}

/** The collection's path, or an object's; `namespace` null for all namespaces. */
export function pathOf(info: ResourceInfo, namespace: string | null, name?: string, subresource?: string): string {
  const root = info.group === '' ? `/api/${info.version}` : `/apis/${info.group}/${info.version}`
  const scope = info.namespaced && namespace !== null ? `/namespaces/${namespace}` : ''
  return `${root}${scope}/${info.resource}${name === undefined ? '' : `/${name}`}${subresource === undefined ? '' : `/${subresource}`}`
}

/** Sorted by name and escaped as Go's url.Values.Encode does. */
export function query(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const pairs = Object.keys(values)
    .sort()
    .flatMap((key) => (values[key] === undefined ? [] : [`${key}=${escape(String(values[key]))}`]))
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** A watch of one object that begins with what is there, as client-go's UntilWithSync and waits open it. */
export function watchPathOf(info: ResourceInfo, namespace: string, name: string): string {
  const options = {
    allowWatchBookmarks: true,
    fieldSelector: `metadata.name=${name}`,
    resourceVersionMatch: 'NotOlderThan',
    sendInitialEvents: true,
    timeoutSeconds: 450,
    watch: true,
  }
  return pathOf(info, namespace) + query(options)
}

/** `deployment.apps`, `pod`: how printed lines name a type. */
export function typeName(info: ResourceInfo): string {
  return info.group === '' ? info.singular : `${info.singular}.${info.group}`
}

function escape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
