// kubectl describe of roles and their bindings.
// Leaves out: merging of rules that differ in their verbs alone.
// Upstream: kubectl pkg/describe/describe.go (RoleDescriber …)

import type { Describer } from './describer'
import { annotationLines, labelLines, type Described, type Lines } from './parts'

const head = ({ metadata }: Described): Lines => [
  `Name:\t${metadata.name}`,
  ...labelLines('Labels', metadata.labels),
  ...annotationLines('Annotations', metadata.annotations),
]

interface Rule {
  readonly resources?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly verbs: readonly string[]
}

export const describeRole: Describer = function* (role) {
  const rows = ((role.rules ?? []) as readonly Rule[]).flatMap(({ resources = [], apiGroups = [''], nonResourceURLs = [], ...rule }) => {
    const names = `[${(rule.resourceNames ?? []).join(' ')}]`
    const verbs = `[${rule.verbs.join(' ')}]`
    return [
      ...resources.flatMap((resource) => apiGroups.map((group) => [group ? `${resource}.${group}` : resource, '[]', names, verbs])),
      ...nonResourceURLs.map((url) => ['', `[${url}]`, '[]', verbs]),
    ]
  })
  return [
    ...head(role),
    'PolicyRule:',
    '  Resources\tNon-Resource URLs\tResource Names\tVerbs',
    '  ---------\t-----------------\t--------------\t-----',
    ...rows.map((cells) => `  ${cells.join('\t')}`),
  ]
}

export const describeRoleBinding: Describer = function* (binding) {
  const { kind, name } = binding.roleRef as { readonly kind: string; readonly name: string }
  const subjects = (binding.subjects ?? []) as readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[]
  return [
    ...head(binding),
    'Role:',
    `  Kind:\t${kind}`,
    `  Name:\t${name}`,
    'Subjects:',
    '  Kind\tName\tNamespace',
    '  ----\t----\t---------',
    ...subjects.map((s) => `  ${s.kind}\t${s.name}\t${s.namespace ?? ''}`),
  ]
}
