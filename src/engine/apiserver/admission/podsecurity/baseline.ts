// The checks of the baseline standard: nothing that is known to lead out of a container.
// Upstream: pod-security-admission policy/check_*.go

import type { Container } from '../../../api/kinds/pod/types'
import { goQuote } from '../../../api/go/goQuote'
import {
  adding,
  inUserNamespace,
  named,
  plural,
  procMounts,
  quoted,
  seccompSet,
  securityOf,
  setBy,
  sorted,
  valuesOf,
  where,
  type About,
  type Check,
  type Security,
  type Violation,
} from './check'

const appArmor: Check = {
  run(about) {
    const type = (s: Security) => s.appArmorProfile?.type
    const bad = (t: string) => t !== 'RuntimeDefault' && t !== 'Localhost'
    const annotations = Object.entries(about.metadata?.annotations ?? {})
      .filter(
        ([key, v]) => key.startsWith('container.apparmor.security.beta.kubernetes.io/') && !/^(|runtime\/default|localhost\/.*)$/s.test(v),
      )
      .map(([key, v]) => `${key}=${goQuote(v)}`)
    const setters = [
      setBy(about, (s) => bad(type(s) ?? 'Localhost')),
      annotations.length > 0 ? plural('annotation', 'annotations', annotations.length) : '',
    ]
    const values = [...valuesOf(about, type, bad), ...annotations.sort()]
    if (values.length === 0) return null
    return {
      reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length),
      detail: `${setters.filter((s) => s !== '').join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
    }
  },
}

const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
)

const capabilitiesBaseline: Check = {
  until: 22,
  run({ containers }) {
    const detail = adding(containers, (c) => DEFAULT_CAPABILITIES.has(c))
    return detail === null ? null : { reason: 'non-default capabilities', detail }
  },
}

const hostNamespaces: Check = {
  run({ spec }) {
    const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true)
    return shared.length === 0 ? null : { reason: 'host namespaces', detail: shared.map((field) => `${field}=true`).join(', ') }
  },
}

const hostPathVolumes: Check = {
  until: 0,
  run({ spec }) {
    const names = (spec.volumes ?? []).filter((v) => v.hostPath !== undefined).map((v) => v.name)
    return names.length === 0
      ? null
      : { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}` }
  },
}

const hostPorts: Check = {
  run({ containers }) {
    const portsOf = (c: Container) => (c.ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []))
    const names = where(containers, (_, c) => portsOf(c).length > 0)
    const ports = sorted(containers.flatMap(portsOf))
    if (names.length === 0) return null
    const uses = plural('uses', 'use', names.length)
    return { reason: 'hostPort', detail: `${named(names)} ${uses} ${plural('hostPort', 'hostPorts', ports.length)} ${ports.join(', ')}` }
  },
}

const hostProbes: Check = {
  since: 34,
  run({ containers }) {
    const names = sorted(where(containers, (_, c) => hostsOf(c).length > 0))
    const hosts = sorted(containers.flatMap(hostsOf))
    if (names.length === 0) return null
    const uses = `${plural('uses', 'use', names.length)} ${plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length)}`
    return { reason: 'probe or lifecycle host', detail: `${named(names)} ${uses} ${quoted(hosts)}` }
  },
}

/** Where its probes and hooks go, if not to the Pod itself. */
function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container): readonly string[] {
  const { postStart, preStop } = (lifecycle ?? {}) as { postStart?: Handler; preStop?: Handler }
  return ([livenessProbe, readinessProbe, startupProbe, postStart, preStop] as (Handler | undefined)[]).flatMap((handler) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined && host !== ''),
  ) as readonly string[]
}

interface Handler {
  readonly httpGet?: { readonly host?: string }
  readonly tcpSocket?: { readonly host?: string }
}

const privileged: Check = {
  run({ containers }) {
    const names = where(containers, (s) => s.privileged === true)
    return names.length === 0 ? null : { reason: 'privileged', detail: `${named(names)} must not set securityContext.privileged=true` }
  },
}

const procMount: Check = { until: 35, run: (about) => (inUserNamespace(about) ? null : procMounts(about)) }

const seLinuxOptions: Check = {
  run(about) {
    const allowed = ['', 'container_t', 'container_init_t', 'container_kvm_t', ...(about.minor >= 31 ? ['container_engine_t'] : [])]
    const badType = (type: string) => !allowed.includes(type)
    const by = setBy(about, ({ seLinuxOptions: o }) => !!o && (badType(o.type ?? '') || !!o.user || !!o.role))
    if (by === '') return null
    const all = [about.security, ...about.containers.map(securityOf)]
    const types = valuesOf(about, (s) => s.seLinuxOptions?.type, badType)
    const wrong = [
      ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quoted(types)}`] : []),
      ...(all.some((s) => s.seLinuxOptions?.user) ? ['user may not be set'] : []),
      ...(all.some((s) => s.seLinuxOptions?.role) ? ['role may not be set'] : []),
    ]
    return { reason: 'seLinuxOptions', detail: `${by} set forbidden securityContext.seLinuxOptions: ${wrong.join('; ')}` }
  },
}

/** Before there were fields. */
function seccompAnnotations({ metadata, containers }: About): Violation | null {
  const keys = [
    'seccomp.security.alpha.kubernetes.io/pod',
    ...containers.map((c) => `container.seccomp.security.alpha.kubernetes.io/${c.name}`),
  ]
  const bad = keys.flatMap((key) => {
    const value = metadata?.annotations?.[key]
    return value === undefined || /^(runtime\/default|docker\/default|localhost\/.*)$/s.test(value) ? [] : [`${key}=${goQuote(value)}`]
  })
  if (bad.length === 0) return null
  return { reason: 'seccompProfile', detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${sorted(bad).join(', ')}` }
}

const seccompBaseline: Check = { until: 19, run: (about) => (about.minor < 19 ? seccompAnnotations(about) : seccompSet(about)) }

/** By the minor version that allowed them. */
const SYSCTLS: readonly (readonly [number, string])[] = [
  [0, 'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range'],
  [0, 'net.ipv4.ip_unprivileged_port_start'],
  [27, 'net.ipv4.ip_local_reserved_ports'],
  [29, 'net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes'],
  [32, 'net.ipv4.tcp_rmem net.ipv4.tcp_wmem'],
  [37, 'net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat'],
]

const sysctls: Check = {
  run({ security, minor }) {
    const allowed = new Set(SYSCTLS.flatMap(([since, names]) => (minor >= since ? names.split(' ') : [])))
    const names = (security.sysctls ?? []).map((s) => s.name).filter((name) => !allowed.has(name))
    return names.length === 0 ? null : { reason: 'forbidden sysctls', detail: names.join(', ') }
  },
}

const windowsHostProcess: Check = {
  run(about) {
    const by = setBy(about, (s) => s.windowsOptions?.hostProcess === true)
    return by === '' ? null : { reason: 'hostProcess', detail: `${by} must not set securityContext.windowsOptions.hostProcess=true` }
  },
}

/** By their names upstream, which is the order they speak in. */
export const BASELINE: readonly Check[] = [
  appArmor,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinuxOptions,
  seccompBaseline,
  sysctls,
  windowsHostProcess,
]
