// What a Pod names of ConfigMaps and Secrets, and what of that is missing, in the kubelet's words.
// Leaves out: Secrets of CSI and other volume plugins.
// Upstream: kubernetes pkg/api/v1/pod/util.go (VisitPodSecretNames), pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables),
// pkg/volume/{secret,configmap,projected}

import type { ApiObject } from '../api/object'
import type { Container, Pod, PodSpec } from '../api/kinds/pod/types'
import { isObject, type Json, type JsonObject } from '../base/json'
import type { ObjectRef } from './objectCache'

/** One use of an object: all of it, one key for the environment, or some keys for files. */
interface Use {
  readonly ref: ObjectRef
  readonly optional: boolean
  readonly keys: readonly string[]
}

export type Find = (ref: ObjectRef) => ApiObject | undefined

/** Every object that the Pod names, each once. */
export function referencesOf({ spec }: Pod): readonly ObjectRef[] {
  const uses = [
    ...(spec.volumes ?? []).flatMap(volumeUses),
    ...[...(spec.initContainers ?? []), ...spec.containers].flatMap((c) => [...envFromUses(c), ...envUses(c)]),
  ].map((u) => u.ref)
  return [...new Map([...uses, ...pullSecretsOf(spec)].map((ref) => [`${ref.kind}/${ref.name}`, ref])).values()]
}

/** Which Secrets for its pulls are not there, or null: nothing waits for them. */
export function pullSecretsProblem({ spec }: Pod, find: Find): string | null {
  const names = pullSecretsOf(spec).flatMap((ref) => (find(ref) ? [] : [ref.name]))
  return names.length === 0
    ? null
    : `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`
}

const pullSecretsOf = ({ imagePullSecrets = [] }: PodSpec): readonly ObjectRef[] =>
  imagePullSecrets.flatMap(({ name }): ObjectRef[] => (name ? [{ kind: 'secret', name }] : []))

/** A volume for which a token could not be had, and why. */
export interface TokenProblem {
  readonly volume: string
  readonly problem: string
}

/** Why a volume cannot be set up; one line for each such volume. All that is wrong with a projected one is said. */
export function volumeProblems({ spec }: Pod, find: Find, token: TokenProblem | null): readonly string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const { projected } = volume as JsonObject
    const problems = isObject(projected)
      ? ((projected.sources ?? []) as readonly JsonObject[]).flatMap((source) => [
          ...(source.serviceAccountToken && token?.volume === volume.name ? [token.problem] : []),
          ...sourcesOf(source).flatMap((use) => useProblem(use, find)),
        ])
      : volumeUses(volume).flatMap((use) => useProblem(use, find))
    const [first, ...others] = new Set(problems)
    if (first === undefined) return []
    const told = others.length === 0 ? first : `[${[first, ...others].join(', ')}]`
    return [`MountVolume.SetUp failed for volume "${volume.name}" : ${told}`]
  })
}

/** Why a container's environment cannot be made, or null. What is not text is no value for it. */
export function missingForEnvironment(container: Container, namespace: string, find: Find): string | null {
  for (const use of [...envFromUses(container), ...envUses(container)]) {
    const found = find(use.ref)
    if (!found && !use.optional) return notFound(use.ref)
    const missing = found && !use.optional && use.keys.find((key) => !hasKey(found.data, key))
    const kind = use.ref.kind === 'secret' ? 'Secret' : 'ConfigMap'
    if (missing) return `couldn't find key ${missing} in ${kind} ${namespace}/${use.ref.name}`
  }
  return null
}

function useProblem({ ref, optional, keys }: Use, find: Find): string[] {
  const found = find(ref)
  if (optional) return []
  if (!found) return [notFound(ref)]
  const missing = keys.find((key) => !hasKey(found.data, key) && !hasKey(found.binaryData, key))
  if (missing === undefined) return []
  return [
    ref.kind === 'secret' ? `references non-existent secret key: ${missing}` : `configmap references non-existent config key: ${missing}`,
  ]
}

const notFound = ({ kind, name }: ObjectRef) => `${kind} "${name}" not found`

const hasKey = (data: unknown, key: string) => isObject(data as Json) && Object.hasOwn(data as JsonObject, key)

function volumeUses(volume: JsonObject): readonly Use[] {
  const own = [...sourceUses('secret', volume.secret, 'secretName'), ...sourceUses('configmap', volume.configMap, 'name')]
  const sources = isObject(volume.projected) ? (volume.projected.sources as readonly JsonObject[] | undefined) : undefined
  return [...own, ...(sources ?? []).flatMap(sourcesOf)]
}

/** Of one source of a projected volume. */
const sourcesOf = (source: JsonObject): readonly Use[] => [
  ...sourceUses('secret', source.secret, 'name'),
  ...sourceUses('configmap', source.configMap, 'name'),
]

const envFromUses = ({ envFrom = [] }: Container): readonly Use[] =>
  envFrom.flatMap((from) => [...sourceUses('configmap', from.configMapRef, 'name'), ...sourceUses('secret', from.secretRef, 'name')])

const envUses = ({ env = [] }: Container): readonly Use[] =>
  env.flatMap(({ valueFrom }) => [
    ...sourceUses('configmap', valueFrom?.configMapKeyRef, 'name'),
    ...sourceUses('secret', valueFrom?.secretKeyRef, 'name'),
  ])

function sourceUses(kind: ObjectRef['kind'], source: unknown, field: string): readonly Use[] {
  if (!isObject(source)) return []
  const { [field]: name, optional, items, key } = source as JsonObject
  if (typeof name !== 'string' || name === '') return []
  const keys = typeof key === 'string' ? [key] : ((items ?? []) as readonly JsonObject[]).map((item) => String(item.key))
  return [{ ref: { kind, name }, optional: optional === true, keys }]
}
