// What a Pod and a Pod template both have: volumes, tolerations, spread; and the template of a workload.
// Leaves out: volumes of storage vendors.
// Upstream: kubectl pkg/describe/describe.go (DescribePodTemplate, describeVolumes)

import type { Json, JsonObject } from '../../engine/index'
import { containerLines } from './containers'
import { annotationLines, labelLines, selectorText, type LabelSelector, type Lines } from './parts'

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: JsonObject
}

/** The template as its Deployment has it: without the label by which that tells its ReplicaSets apart. */
export function withoutHash({ metadata, ...template }: PodTemplate): PodTemplate {
  const { 'pod-template-hash': _hash, ...labels } = metadata?.labels ?? {}
  return { metadata: { ...metadata, labels }, ...template }
}

export function podTemplateLines({ metadata = {}, spec }: PodTemplate): Lines {
  const { annotations = {} } = metadata
  return [
    'Pod Template:',
    ...labelLines('  Labels', metadata.labels),
    ...(Object.keys(annotations).length > 0 ? annotationLines('  Annotations', annotations) : []),
    ...(spec.serviceAccountName ? [`  Service Account:\t${String(spec.serviceAccountName)}`] : []),
    ...(Array.isArray(spec.initContainers) ? containerLines('Init Containers', spec.initContainers, [], true) : []),
    ...containerLines('Containers', spec.containers, [], true),
    ...volumeLines(spec.volumes, '  '),
    ...spreadLines(spec.topologySpreadConstraints, '  '),
    ...(spec.priorityClassName ? [`  Priority Class Name:\t${String(spec.priorityClassName)}`] : []),
    ...labelLines('  Node-Selectors', spec.nodeSelector as Record<string, string> | undefined),
    ...tolerationLines('  Tolerations', spec.tolerations),
  ]
}

export function volumeLines(list: Json | undefined, indent = ''): Lines {
  const volumes = (list ?? []) as readonly JsonObject[]
  if (volumes.length === 0) return [`${indent}Volumes:\t<none>`]
  return [`${indent}Volumes:`, ...volumes.flatMap((v) => [`${indent ? '   ' : '  '}${String(v.name)}:`, ...sourceLines(v)])]
}

function sourceLines(volume: JsonObject): Lines {
  const { projected, configMap, secret, emptyDir, hostPath, persistentVolumeClaim } = volume as Record<string, JsonObject | undefined>
  const optional = (source: JsonObject) => `    Optional:\t${String(source.optional ?? false)}`
  if (projected)
    return [
      '    Type:\tProjected (a volume that contains injected data from multiple sources)',
      ...((projected.sources ?? []) as readonly Record<string, JsonObject | undefined>[]).flatMap((s) => [
        ...(s.secret ? [`    SecretName:\t${String(s.secret.name)}`, optional(s.secret)] : []),
        ...(s.serviceAccountToken ? [`    TokenExpirationSeconds:\t${String(s.serviceAccountToken.expirationSeconds)}`] : []),
        ...(s.configMap ? [`    ConfigMapName:\t${String(s.configMap.name)}`, optional(s.configMap)] : []),
        ...(s.downwardAPI ? ['    DownwardAPI:\ttrue'] : []),
      ]),
    ]
  if (configMap)
    return ['    Type:\tConfigMap (a volume populated by a ConfigMap)', `    Name:\t${String(configMap.name)}`, optional(configMap)]
  if (secret)
    return ['    Type:\tSecret (a volume populated by a Secret)', `    SecretName:\t${String(secret.secretName)}`, optional(secret)]
  if (emptyDir)
    return [
      "    Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)",
      `    Medium:\t${String(emptyDir.medium ?? '')}`,
      `    SizeLimit:\t${String(emptyDir.sizeLimit ?? '<unset>')}`,
    ]
  if (hostPath)
    return [
      '    Type:\tHostPath (bare host directory volume)',
      `    Path:\t${String(hostPath.path)}`,
      `    HostPathType:\t${String(hostPath.type ?? '')}`,
    ]
  if (persistentVolumeClaim)
    return [
      '    Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
      `    ClaimName:\t${String(persistentVolumeClaim.claimName)}`,
      `    ReadOnly:\t${String(persistentVolumeClaim.readOnly ?? false)}`,
    ]
  return ['    <unknown>']
}

interface Spread {
  readonly topologyKey: string
  readonly whenUnsatisfiable: string
  readonly maxSkew: number
  readonly labelSelector?: LabelSelector
}

export function spreadLines(list: Json | undefined, indent = ''): Lines {
  const spreads = [...((list ?? []) as readonly unknown[] as readonly Spread[])].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1))
  return spreads.map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    const selected = labelSelector ? ` for selector ${selectorText(labelSelector)}` : ''
    const head = i === 0 ? 'Topology Spread Constraints:' : ''
    return `${indent}${head}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selected}`
  })
}

interface Toleration {
  readonly key?: string
  readonly value?: string
  readonly effect?: string
  readonly operator?: string
  readonly tolerationSeconds?: number | bigint
}

export function tolerationLines(title: string, list: Json | undefined): Lines {
  const tolerations = [...((list ?? []) as readonly unknown[] as readonly Toleration[])]
  if (tolerations.length === 0) return [`${title}:\t<none>`]
  const keyOf = (t: Toleration) => t.key ?? ''
  tolerations.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
  return tolerations.map((t, i) => `${i === 0 ? `${title}:` : ''}\t${tolerationText(t)}`)
}

function tolerationText({ key = '', value, effect, operator, tolerationSeconds }: Toleration): string {
  const what = `${key}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`
  const exists = operator === 'Exists' && !value ? `${what === '' ? '' : ' '}op=Exists` : ''
  return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`
}
