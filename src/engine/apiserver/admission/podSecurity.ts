// Pod security standards by the namespace's labels: enforce refuses, warn warns.
// Leaves out: audit annotations, versions other than latest, exemptions, templates of workloads, Windows.
// Upstream: pod-security-admission admission/admission.go, policy/*.go

import type { Container, Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../api/object'
import { isPod, refuse, type Plugin } from './plugin'

type Level = 'privileged' | 'baseline' | 'restricted'
const LABEL = 'pod-security.kubernetes.io/'
const BASELINE_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
)
const RESTRICTED_VOLUMES = new Set('name configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' '))

export const podSecurity: Plugin = {
  name: 'PodSecurity',
  validate(a, server) {
    if (!isPod(a) || a.operation !== 'CREATE' || !a.object) return null
    const labels = server.cached('namespaces', '', a.namespace)?.metadata.labels ?? {}
    const levelOf = (mode: string) => (labels[LABEL + mode] ?? 'privileged') as Level
    const policy = (mode: string) => `"${levelOf(mode)}:${labels[`${LABEL}${mode}-version`] ?? 'latest'}"`
    const broken = violations(a.object as Pod, levelOf('enforce'))
    if (broken.length > 0) return refuse(a, `violates PodSecurity ${policy('enforce')}: ${broken.join(', ')}`)
    const warned = violations(a.object as Pod, levelOf('warn'))
    if (warned.length > 0) a.warn(`would violate PodSecurity ${policy('warn')}: ${warned.join(', ')}`)
    return null
  },
}

interface Security {
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  readonly seccompProfile?: { readonly type?: string }
  readonly procMount?: string
}

/** The checks in upstream's order (by id), for a level. */
function violations(pod: Pod, level: Level): string[] {
  if (level === 'privileged') return []
  const restricted = level === 'restricted'
  const { spec } = pod
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]
  const sec = (c: Container) => (c.securityContext ?? {}) as Security
  const podSec = (spec.securityContext ?? {}) as Security
  const bad = (test: (s: Security, c: Container) => boolean) => all.filter((c) => test(sec(c), c)).map((c) => c.name)
  const out: string[] = []
  const say = (names: readonly string[], reason: string, rule: string) => {
    if (names.length > 0) out.push(`${reason} (${containers(names)} ${rule})`)
  }
  if (restricted)
    say(
      bad((s) => s.allowPrivilegeEscalation !== false),
      'allowPrivilegeEscalation != false',
      'must set securityContext.allowPrivilegeEscalation=false',
    )
  if (restricted) {
    const undropped = bad((s) => !s.capabilities?.drop?.includes('ALL'))
    const added = bad((s) => (s.capabilities?.add ?? []).some((x) => x !== 'NET_BIND_SERVICE'))
    const parts = [
      ...(undropped.length > 0 ? [`${containers(undropped)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(added.length > 0
        ? [
            `${containers(added)} must not include ${listOf(all.filter((c) => added.includes(c.name)).flatMap((c) => sec(c).capabilities!.add!.filter((x) => x !== 'NET_BIND_SERVICE')))} in securityContext.capabilities.add`,
          ]
        : []),
    ]
    if (parts.length > 0) out.push(`unrestricted capabilities (${parts.join('; ')})`)
  } else {
    const wrong = (s: Security) => (s.capabilities?.add ?? []).filter((x) => !BASELINE_CAPABILITIES.has(x))
    const names = bad((s) => wrong(s).length > 0)
    if (names.length > 0)
      out.push(
        `non-default capabilities (${containers(names)} must not include ${listOf(all.flatMap((c) => wrong(sec(c))))} in securityContext.capabilities.add)`,
      )
  }
  const host = [spec.hostNetwork ? 'hostNetwork=true' : '', spec.hostPID ? 'hostPID=true' : '', spec.hostIPC ? 'hostIPC=true' : ''].filter(
    (x) => x !== '',
  )
  if (host.length > 0) out.push(`host namespaces (${host.join(', ')})`)
  const hostPaths = (spec.volumes ?? []).filter((v) => v.hostPath !== undefined).map((v) => v.name)
  if (hostPaths.length > 0) out.push(`hostPath volumes (${hostPaths.length === 1 ? 'volume' : 'volumes'} ${listOf(hostPaths)})`)
  const ports = all.filter((c) => (c.ports ?? []).some((p) => p.hostPort))
  if (ports.length > 0) {
    const numbers = [...new Set(ports.flatMap((c) => (c.ports ?? []).flatMap((p) => (p.hostPort ? [p.hostPort] : []))))].sort(
      (x, y) => x - y,
    )
    out.push(
      `hostPort (${containers(ports.map((c) => c.name))} ${numbers.length === 1 ? 'uses hostPort' : 'use hostPorts'} ${numbers.join(', ')})`,
    )
  }
  say(
    bad((s) => s.privileged === true),
    'privileged',
    'must not set securityContext.privileged=true',
  )
  if (restricted) {
    const kinds = (spec.volumes ?? []).flatMap((v) =>
      Object.keys(v as JsonObject)
        .filter((k) => !RESTRICTED_VOLUMES.has(k))
        .map((k) => ({ name: v.name, k })),
    )
    if (kinds.length > 0)
      out.push(
        `restricted volume types (${kinds.length === 1 ? 'volume' : 'volumes'} ${listOf(kinds.map((x) => x.name))} ${kinds.length === 1 ? 'uses' : 'use'} restricted volume type${new Set(kinds.map((x) => x.k)).size === 1 ? '' : 's'} ${listOf([...new Set(kinds.map((x) => x.k))])})`,
      )
    const explicit = bad((s) => s.runAsNonRoot === false)
    const implicit = bad((s) => s.runAsNonRoot === undefined && podSec.runAsNonRoot !== true)
    if (podSec.runAsNonRoot === false || explicit.length > 0)
      out.push(
        `runAsNonRoot != true (${[podSec.runAsNonRoot === false ? 'pod' : '', explicit.length > 0 ? containers(explicit) : ''].filter((x) => x).join(' and ')} must not set securityContext.runAsNonRoot=false)`,
      )
    else if (implicit.length > 0)
      out.push(`runAsNonRoot != true (pod or ${containers(implicit)} must set securityContext.runAsNonRoot=true)`)
    say(
      bad((s) => s.runAsUser === 0),
      'runAsUser=0',
      'must not set runAsUser=0',
    )
    const unset = bad((s) => s.seccompProfile?.type === undefined && podSec.seccompProfile?.type === undefined)
    if (unset.length > 0)
      out.push(
        `seccompProfile (pod or ${containers(unset)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`,
      )
  }
  return out
}

const listOf = (names: readonly string[]) => names.map((n) => `"${n}"`).join(', ')
const containers = (names: readonly string[]) => `${names.length === 1 ? 'container' : 'containers'} ${listOf(names)}`
