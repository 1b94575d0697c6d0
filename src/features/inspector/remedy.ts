// What would allow what nobody allowed, as RBAC has it: the least that lets this user do this very thing.

import type { History, Why } from '../../engine/index'
import { yamlText } from '../../kubectl/printers/yamlText'

export type Authorization = Extract<Why, { kind: 'authorization' }>

const GROUP = 'rbac.authorization.k8s.io'

/** A line of YAML, and what of it grants something. */
export type RemedyLine = readonly [before: string, grants?: string, after?: string]

/** A rule and its binding: in the namespace, or for the cluster where none is asked in. Null where one rule is not enough. */
export function remedyOf({ user, verb, resource, apiGroup, namespace }: Authorization): readonly RemedyLine[] | null {
  // To ask as somebody else takes several rights, and some of it no rule allows.
  if (verb.startsWith('impersonate')) return null
  const scope = namespace === '' ? 'Cluster' : ''
  const place = namespace === '' ? '' : `, namespace: ${text(namespace)}`
  const name = nameOf([resource, apiGroup].filter(Boolean).join('.'), verb)
  const what: readonly RemedyLine[] = resource.startsWith('/')
    ? [[`- nonResourceURLs: [${text(resource)}]`]]
    : [[`- apiGroups: ["${apiGroup}"]`], [`  resources: [${text(resource)}]`]]
  return [
    [`apiVersion: ${GROUP}/v1`],
    [`kind: ${scope}Role`],
    [`metadata: {name: ${name}${place}}`],
    ['rules:'],
    ...what,
    ['  verbs: [', text(verb), ']'],
    ['---'],
    [`apiVersion: ${GROUP}/v1`],
    [`kind: ${scope}RoleBinding`],
    [`metadata: {name: ${nameOf(user, name)}${place}}`],
    ['subjects: [{kind: User, name: ', text(user), `, apiGroup: ${GROUP}}]`],
    [`roleRef: {kind: ${scope}Role, name: ${name}, apiGroup: ${GROUP}}`],
  ]
}

/** The line that applies it. */
export function commandOf(remedy: readonly RemedyLine[]): string {
  return `kubectl apply -f - <<'EOF'\n${remedy.map((line) => `${line.join('')}\n`).join('')}EOF`
}

/** Whether there is a namespace, as the cluster is by now, to put it into. */
export function hasPlace({ namespace }: Authorization, history: History): boolean {
  if (namespace === '') return true
  const found = history.get(`/registry/namespaces/${namespace}`, history.revision)
  return found !== null && !(found.value.metadata as { readonly deletionTimestamp?: string }).deletionTimestamp
}

/** A name that needs no escape, neither in a path nor for a reader. */
function nameOf(...parts: readonly string[]): string {
  const plain = parts.map((part) => part.replace(/[^\w.:@-]+/g, '-').replace(/^-+/, ''))
  return text(plain.filter(Boolean).join('-'))
}

/** In quotes where YAML would read it as something else. */
function text(value: string): string {
  return /^[a-z][\w.-]*(\/[\w.-]+)*$/i.test(value) && yamlText(value).trim() === value ? value : JSON.stringify(value)
}
