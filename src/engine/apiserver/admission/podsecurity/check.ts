// What a check of the Pod Security Standards is, and what several of them look at.
// Upstream: pod-security-admission policy/{checks,helpers,visitor}.go

import type { Container, PodSpec } from '../../../api/kinds/pod/types'

/** A Pod, or the template of Pods to come. */
export interface Checked {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> }
  readonly spec: PodSpec
}

export interface Violation {
  readonly reason: string
  readonly detail: string
}

export interface Security {
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number | bigint
  readonly procMount?: string
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  readonly appArmorProfile?: { readonly type?: string }
  readonly seccompProfile?: { readonly type?: string }
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string }
  readonly windowsOptions?: { readonly hostProcess?: boolean }
  readonly sysctls?: readonly { readonly name: string }[]
}

export interface About extends Checked {
  readonly minor: number
  readonly containers: readonly Container[]
  /** The Pod's own. */
  readonly security: Security
}

export interface Check {
  /** The first minor version that has it. */
  readonly since?: number
  /** Of a baseline check: the minor from which restricted has one of its own instead. */
  readonly until?: number
  run(about: About): Violation | null
}

export const securityOf = (of: PodSpec | Container) => (of.securityContext ?? {}) as Security

export function containersOf({ initContainers = [], containers, ephemeralContainers = [] }: PodSpec): readonly Container[] {
  return [...initContainers, ...containers, ...ephemeralContainers] as readonly Container[]
}

export const quoted = (texts: readonly string[]) => texts.map((t) => `"${t}"`).join(', ')
export const sorted = (texts: readonly string[]) => [...new Set(texts)].sort()
export const plural = (one: string, many: string, count: number) => (count === 1 ? one : many)
export const named = (names: readonly string[]) => `${plural('container', 'containers', names.length)} ${quoted(names)}`
export const where = (containers: readonly Container[], test: (security: Security, container: Container) => boolean) =>
  containers.filter((c) => test(securityOf(c), c)).map((c) => c.name)

/** What sets something that it may not, the Pod itself or containers: `pod and container "c" must not …`. */
export function setBy(about: About, test: (security: Security) => boolean): string {
  const names = where(about.containers, test)
  return [...(test(about.security) ? ['pod'] : []), ...(names.length > 0 ? [named(names)] : [])].join(' and ')
}

/** Of one value of the security context, those that are not allowed. */
export function valuesOf(
  about: About,
  value: (security: Security) => string | undefined,
  bad: (value: string) => boolean,
): readonly string[] {
  return sorted([about.security, ...about.containers.map(securityOf)].flatMap((s) => value(s) ?? []).filter(bad))
}

export const inUserNamespace = ({ spec, minor }: About) => spec.hostUsers === false && minor >= 35
export const onWindows = ({ spec, minor }: About) => spec.os?.name === 'windows' && minor >= 25

/** Containers that add capabilities which `may` does not allow. */
export function adding(containers: readonly Container[], may: (capability: string) => boolean): string | null {
  const added = (s: Security) => (s.capabilities?.add ?? []).filter((c) => !may(c))
  const names = where(containers, (s) => added(s).length > 0)
  if (names.length === 0) return null
  return `${named(names)} must not include ${quoted(sorted(containers.flatMap((c) => added(securityOf(c)))))} in securityContext.capabilities.add`
}

export function procMounts({ containers }: About): Violation | null {
  const bad = (s: Security) => s.procMount !== undefined && s.procMount !== 'Default'
  const names = where(containers, bad)
  if (names.length === 0) return null
  const types = sorted(containers.map(securityOf).flatMap((s) => (bad(s) ? s.procMount! : [])))
  return { reason: 'procMount', detail: `${named(names)} must not set securityContext.procMount to ${quoted(types)}` }
}

const seccompType = (s: Security) => s.seccompProfile?.type
const badSeccomp = (type: string) => type !== 'RuntimeDefault' && type !== 'Localhost'

export function seccompSet(about: About): Violation | null {
  const by = setBy(about, (s) => badSeccomp(seccompType(s) ?? 'Localhost'))
  if (by === '') return null
  const values = quoted(valuesOf(about, seccompType, badSeccomp))
  return { reason: 'seccompProfile', detail: `${by} must not set securityContext.seccompProfile.type to ${values}` }
}
