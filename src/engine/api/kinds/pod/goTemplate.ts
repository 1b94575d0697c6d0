// A Pod template as Go writes its internal type into an error: by the names of Go's fields, with every field that is not set.
// Leaves out: the unset fields of what is nested deeper than a container's ports, variables and mounts (probes, volume sources, affinity).
// Upstream: kubernetes pkg/apis/core/types.go, apimachinery pkg/util/validation/field/errors.go

import { isObject, type Json } from '../../../base/json'
import type { JsonObject } from '../../object'
import type { PodTemplate } from './template'
import type { PodSpec } from './types'

/** Field names in Go's order: a bare one is null when it is not set, `'` is an empty string, `!` false, `0` zero; `=` names its own struct. */
const STRUCTS: Readonly<Record<string, string>> = {
  PodSpec:
    "volumes initContainers=Container containers=Container ephemeralContainers=Container restartPolicy' terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy' nodeSelector serviceAccountName' serviceAccount' automountServiceAccountToken nodeName' hostNetwork! hostPID! hostIPC! shareProcessNamespace securityContext=PodSecurityContext imagePullSecrets=Reference hostname' subdomain' affinity schedulerName' tolerations=Toleration hostAliases priorityClassName' priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources hostnameOverride schedulingGroup evictionResponders",
  Container:
    "name' image' command args workingDir' ports=Port envFrom env=Env resources=Resources resizePolicy restartPolicy restartPolicyRules volumeMounts=Mount volumeDevices livenessProbe readinessProbe startupProbe lifecycle=Lifecycle terminationMessagePath' terminationMessagePolicy' imagePullPolicy' securityContext=SecurityContext stdin! stdinOnce! tty!",
  PodSecurityContext:
    'seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy',
  SecurityContext:
    'capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile',
  Resources: 'limits requests claims',
  Port: "name' hostPort0 containerPort0 protocol' hostIP'",
  Env: "name' value' valueFrom",
  Mount: "name' readOnly! recursiveReadOnly mountPath' subPath' mountPropagation subPathExpr'",
  Lifecycle: 'postStart preStop stopSignal',
  Reference: "name'",
  Toleration: "key' operator' value' effect' tolerationSeconds",
}
/** Maps, whose keys are the author's. */
const MAPS = new Set(['nodeSelector', 'limits', 'requests', 'overhead', 'matchLabels'])
const NAMES: Readonly<Record<string, string>> = {
  serviceAccount: 'DeprecatedServiceAccount',
  dnsPolicy: 'DNSPolicy',
  dnsConfig: 'DNSConfig',
  os: 'OS',
  tty: 'TTY',
  fsGroup: 'FSGroup',
  fsGroupChangePolicy: 'FSGroupChangePolicy',
  seLinuxOptions: 'SELinuxOptions',
  seLinuxChangePolicy: 'SELinuxChangePolicy',
  httpGet: 'HTTPGet',
  tcpSocket: 'TCPSocket',
  grpc: 'GRPC',
}
const ZEROS: Readonly<Record<string, Json>> = { "'": '', '!': false, '0': 0 }

/** The metadata is embedded, so its fields keep their own names. */
export const goTemplate = ({ metadata, spec }: PodTemplate): JsonObject => ({
  ...(metadata as JsonObject | undefined),
  Spec: goPodSpec(spec),
})

export const goPodSpec = (spec: PodSpec): JsonObject => struct('PodSpec', spec)

const goName = (field: string) => NAMES[field] ?? field.charAt(0).toUpperCase() + field.slice(1)

function struct(type: string, value: JsonObject): JsonObject {
  const fields = STRUCTS[type]!.split(' ').map((word) => {
    const [, field = '', mark = '', inner] = /^([a-zA-Z]+)(['!0]?)(?:=(\w+))?$/.exec(word) ?? []
    return [goName(field), value[field] === undefined ? (ZEROS[mark] ?? null) : goValue(field, value[field], inner)] as const
  })
  return Object.fromEntries(fields)
}

function goValue(field: string, value: Json, type?: string): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => goValue(field, item, type))
  if (!isObject(value) || MAPS.has(field)) return value
  if (type) return struct(type, value)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [goName(key), goValue(key, inner as Json)]))
}
