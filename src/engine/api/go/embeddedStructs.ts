// Go structs that stand in others without a name in JSON: the path of a decode error names them all the same.
// Upstream: k8s.io/api/*/v*/types.go (fields whose tag has an empty name), Go encoding/json (decode.go, FieldStack)

/** By the outer struct: the one that stands in it, and the fields that are not of that one. */
const EMBEDDED: Readonly<Record<string, readonly [struct: string, ...own: string[]]>> = {
  ConfigMapEnvSource: ['LocalObjectReference', 'optional'],
  ConfigMapKeySelector: ['LocalObjectReference', 'key', 'optional'],
  ConfigMapProjection: ['LocalObjectReference', 'items', 'optional'],
  ConfigMapVolumeSource: ['LocalObjectReference', 'items', 'defaultMode', 'optional'],
  DeviceAllocationConfiguration: ['DeviceConfiguration', 'source', 'requests'],
  DeviceClaimConfiguration: ['DeviceConfiguration', 'requests'],
  DeviceClassConfiguration: ['DeviceConfiguration'],
  EphemeralContainer: ['EphemeralContainerCommon', 'targetContainerName'],
  IngressRule: ['IngressRuleValue', 'host'],
  NamedRuleWithOperations: ['RuleWithOperations', 'resourceNames'],
  PersistentVolumeSpec: [
    'PersistentVolumeSource',
    'accessModes',
    'capacity',
    'claimRef',
    'mountOptions',
    'nodeAffinity',
    'persistentVolumeReclaimPolicy',
    'storageClassName',
    'volumeAttributesClassName',
    'volumeMode',
  ],
  Probe: [
    'ProbeHandler',
    'failureThreshold',
    'initialDelaySeconds',
    'periodSeconds',
    'successThreshold',
    'terminationGracePeriodSeconds',
    'timeoutSeconds',
  ],
  RuleWithOperations: ['Rule', 'operations'],
  SecretEnvSource: ['LocalObjectReference', 'optional'],
  SecretKeySelector: ['LocalObjectReference', 'key', 'optional'],
  SecretProjection: ['LocalObjectReference', 'items', 'optional'],
  Volume: ['VolumeSource', 'name'],
}

/** `exec` of a Probe is `ProbeHandler.exec`. */
function goPath(struct: string, field: string): string {
  const [embedded, ...own] = EMBEDDED[struct] ?? []
  return embedded === undefined || own.includes(field) ? field : `${embedded}.${goPath(embedded, field)}`
}

/** How Go calls a field of that struct in a path; undefined where that is its name in JSON, for all of them. */
export function goPathOf(struct: string): ((field: string) => string) | undefined {
  return Object.hasOwn(EMBEDDED, struct) ? (field) => goPath(struct, field) : undefined
}
