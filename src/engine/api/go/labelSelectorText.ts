// A label selector as Go prints a pointer to one in a message.
// Upstream: apimachinery pkg/apis/meta/v1/generated.pb.go (LabelSelector.String)

import type { JsonObject } from '../../base/json'

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export function labelSelectorText(selector: JsonObject | undefined): string {
  if (!selector) return 'nil'
  const { matchLabels = {}, matchExpressions = [] } = selector as {
    readonly matchLabels?: Readonly<Record<string, string>>
    readonly matchExpressions?: readonly Requirement[]
  }
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`)
    .join('')
  const expressions = matchExpressions
    .map((e) => `LabelSelectorRequirement{Key:${e.key},Operator:${e.operator},Values:[${(e.values ?? []).join(' ')}],},`)
    .join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}
