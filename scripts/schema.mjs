// Cuts the API server's OpenAPI v3 schemas (one JSON file a group and version) down to what the engine reads, in the compact notation
// that src/engine/api/schema/schemaNotation.ts explains: `node scripts/schema.mjs FOLDER`. Writes src/engine/api/kinds/types.json.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const SCALARS = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'u',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'o',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'o',
  // A schema, or something else that is refused later: a list of schemas, a boolean.
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'JSONSchemaProps?',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'JSONSchemaProps?',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'JSONSchemaProps?',
}
/** Times that are no pointers in Go and have no omitzero: absent, they are written as null. */
const NULL_TIMES = new Set([
  'PodCondition.lastProbeTime',
  'PodCondition.lastTransitionTime',
  'JobCondition.lastProbeTime',
  'JobCondition.lastTransitionTime',
  'DeploymentCondition.lastUpdateTime',
  'DeploymentCondition.lastTransitionTime',
  'ReplicaSetCondition.lastTransitionTime',
  'ReplicationControllerCondition.lastTransitionTime',
  'DaemonSetCondition.lastTransitionTime',
  'StatefulSetCondition.lastTransitionTime',
  'PersistentVolumeClaimCondition.lastProbeTime',
  'PersistentVolumeClaimCondition.lastTransitionTime',
  'CertificateSigningRequestCondition.lastUpdateTime',
  'CertificateSigningRequestCondition.lastTransitionTime',
  'HorizontalPodAutoscalerCondition@autoscalingv2.lastTransitionTime',
  'NamespaceCondition.lastTransitionTime',
  'Condition.lastTransitionTime',
  'CustomResourceDefinitionCondition.lastTransitionTime',
  'NodeCondition.lastHeartbeatTime',
  'NodeCondition.lastTransitionTime',
  'Event.firstTimestamp',
  'Event.lastTimestamp',
  'Event.eventTime',
  'Event@events.eventTime',
  'Event@events.deprecatedFirstTimestamp',
  'Event@events.deprecatedLastTimestamp',
  'EventSeries.lastObservedTime',
  'VolumeError.time',
  'ContainerStateRunning.startedAt',
  'ContainerStateTerminated.startedAt',
  'ContainerStateTerminated.finishedAt',
])
/** Optional fields that Go writes all the same, and required ones that may be absent. */
const WITHOUT_OMITEMPTY = new Set([
  'Event.reportingComponent',
  'Event.reportingInstance',
  'NodeRuntimeHandler.name',
  'PriorityClass.value',
  'RoleRef.apiGroup',
  'TokenRequestStatus.token',
  'ControllerRevision.revision',
  'DaemonSetCondition.status',
  'DaemonSetCondition.type',
  'DeploymentCondition.status',
  'DeploymentCondition.type',
  'PodDisruptionBudgetStatus.currentHealthy',
  'PodDisruptionBudgetStatus.desiredHealthy',
  'PodDisruptionBudgetStatus.disruptionsAllowed',
  'PodDisruptionBudgetStatus.expectedPods',
  'PodFailurePolicyOnPodConditionsPattern.status',
  'ReplicaSetCondition.status',
  'ReplicaSetCondition.type',
  'StatefulSetCondition.status',
  'StatefulSetCondition.type',
  'StatefulSetOrdinals.start',
  'StatefulSetSpec.serviceName',
  'StatefulSetStatus.availableReplicas',
  'CSINodeDriver.topologyKeys',
  'ClusterRole.rules',
  'ContainerImage.names',
  'EndpointSlice.endpoints',
  'EndpointSlice.ports',
  'HPAScalingRules@autoscalingv2.policies',
  'ProjectedVolumeSource.sources',
  'Role.rules',
])
/** Pointers to a text without omitempty: absent, they are written as null. */
const NULL_TEXTS = new Set(['TypedLocalObjectReference.apiGroup', 'TypedObjectReference.apiGroup'])
const WITH_OMITEMPTY = new Set(['ValidatingAdmissionPolicyBindingSpec.validationActions'])
/** Type -> optional fields that are pointers in Go: a zero that was sent is kept. All other optional scalars are left out when they are zero. */
const POINTERS = JSON.parse(await readFile(new URL('pointers.json', import.meta.url), 'utf8'))
const folder = process.argv[2]
const all = {}
for (const file of (await readdir(folder)).sort().filter((f) => /_v\d\.json$|^v1\.json$/.test(f)))
  Object.assign(all, JSON.parse(await readFile(join(folder, file), 'utf8')))

const names = new Map()
for (const full of Object.keys(all)) names.set(full, shortName(full))

const types = {}
for (const full of Object.keys(all)) if (all[full]['x-kubernetes-group-version-kind']) visit(full)
const sorted = Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)))
await writeFile('src/engine/api/kinds/types.json', `${JSON.stringify(sorted, null, 0)}\n`)
console.log(Object.keys(sorted).length, 'types')

/** Adds a type, and those that it is made of. */
function visit(full) {
  if (!full || SCALARS[full] || !all[full] || names.get(full) in types) return
  const [text, refs] = struct(full)
  types[names.get(full)] = text
  for (const ref of refs) visit(ref)
}

/** `PodSpec`; the events.k8s.io Event is `Event@events`, since core has one too. */
function shortName(full) {
  const parts = full.split('.')
  const short = parts.at(-1)
  const group = parts.at(-3)
  const version = parts.at(-2)
  const rivals = Object.keys(all).filter((f) => f.endsWith(`.${short}`))
  const first =
    rivals.find((f) => f.startsWith('io.k8s.api.core.v1.')) ??
    rivals.find((f) => f.includes('.meta.v1.')) ??
    rivals.find((f) => f.includes('.v1.') && all[f]['x-kubernetes-group-version-kind']) ??
    rivals.find((f) => f.includes('.v1.'))
  return first === full ? short : `${short}@${group}${version === 'v1' ? '' : version}`
}

function struct(full) {
  const schema = all[full]
  const refs = []
  const required = new Set(schema.required ?? [])
  const short = names.get(full)
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const place = `${short}.${name}`
    const written = (required.has(name) && !WITH_OMITEMPTY.has(place)) || WITHOUT_OMITEMPTY.has(place)
    const text = type(field, refs)
    if (NULL_TEXTS.has(place)) return `${name}:${text}^`
    if (NULL_TIMES.has(place)) return `${name}:${text.toUpperCase()}`
    const omitted = !written && /^[sbild](\(|$)/.test(text) && !POINTERS[short]?.includes(name)
    return `${name}${written ? '*' : ''}:${text}${omitted ? '-' : ''}`
  })
  const flags = `${schema['x-kubernetes-map-type'] === 'atomic' ? '!' : ''}`
  return [flags + fields.join(';'), refs]
}

function type(field, refs) {
  const ref = field.$ref ?? field.allOf?.[0]?.$ref
  const strategy = field['x-kubernetes-patch-strategy'] ?? ''
  const patched = strategy.includes('retainKeys') ? '~' : strategy === 'replace' ? '=' : ''
  const mapType = field['x-kubernetes-map-type']
  const atomic = mapType === 'atomic' ? '!' : mapType === 'granular' ? '%' : ''
  if (ref) {
    const full = ref.replace('#/components/schemas/', '')
    if (SCALARS[full]) return SCALARS[full]
    if (!all[full]) return 'o'
    refs.push(full)
    // A required or defaulted struct is no pointer in Go: it is written even when it is empty.
    const present = field.default !== undefined ? '+' : ''
    return `${names.get(full)}${atomic}${patched}${present}`
  }
  if (field.type === 'array') {
    const flags = []
    const listType = field['x-kubernetes-list-type']
    if (listType === 'map') flags.push(`m=${field['x-kubernetes-list-map-keys'].join('+')}`)
    if (listType === 'set') flags.push('s')
    if (strategy.includes('merge')) flags.push(`p=${field['x-kubernetes-patch-merge-key'] ?? ''}`)
    if (strategy.includes('retainKeys')) flags.push('r')
    return `[]${type(field.items, refs).replace(/\+$/, '')}${flags.length ? `{${flags.join(',')}}` : ''}`
  }
  if (field.type === 'object' && field.additionalProperties)
    return `<${type(field.additionalProperties, refs).replace(/\+$/, '')}>${atomic.replace('%', '')}`
  if (field.type === 'object') return 'o'
  if (field.type === 'boolean') return 'b'
  if (field.type === 'integer') return field.format === 'int32' ? 'i' : 'l'
  if (field.type === 'number') return 'd'
  if (field.type === 'string')
    return field.format === 'byte' ? 'y' : field.format === 'date-time' ? 't' : field.enum ? `s(${field.enum.join('|')})` : 's'
  return 'o'
}
