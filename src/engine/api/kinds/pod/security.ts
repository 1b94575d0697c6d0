// Security contexts, of the Pod and of one container: users, groups, profiles, and what may not go together.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validatePodSpecSecurityContext, ValidateSecurityContext)

import type { JsonObject } from '../../object'
import { each, missing, NONE, notAllowed, oneOf, repeated, seenBefore, wrong, type Errors, type Path } from '../../validation/rules'
import { containersOf } from './containersOf'
import { validateAppArmor, validateSeccomp, type Profile } from './profiles'
import type { PodSpec } from './types'
import { validateWindowsOptions, type WindowsOptions } from './windowsOptions'

const LARGEST_ID = 2147483647
const SYSCTL = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const sysctl = new RegExp(`^${SYSCTL}$`)
const LONGEST_SYSCTL = 253

const id = (value: number | bigint | undefined, at: Path): Errors =>
  value !== undefined && (value < 0 || value > LARGEST_ID) ? wrong(at, value, `must be between 0 and ${LARGEST_ID}, inclusive`) : NONE

interface PodContext extends JsonObject {
  readonly fsGroup?: number | bigint
  readonly runAsUser?: number | bigint
  readonly runAsGroup?: number | bigint
  readonly supplementalGroups?: readonly number[]
  readonly sysctls?: readonly { readonly name?: string }[]
  readonly fsGroupChangePolicy?: string
  readonly seccompProfile?: Profile
  readonly appArmorProfile?: Profile
  readonly windowsOptions?: WindowsOptions
  readonly supplementalGroupsPolicy?: string
  readonly seLinuxChangePolicy?: string
}

export function validatePodSecurity(spec: PodSpec, pod: Path): Errors {
  const { securityContext, shareProcessNamespace, hostPID } = spec
  const at = pod.child('securityContext')
  const context = (securityContext ?? {}) as PodContext
  return [
    ...id(context.fsGroup, at.child('fsGroup')),
    ...id(context.runAsUser, at.child('runAsUser')),
    ...id(context.runAsGroup, at.child('runAsGroup')),
    ...each(context.supplementalGroups, at.child('supplementalGroups'), id),
    ...sysctls(context.sysctls, at.child('sysctls'), spec),
    ...oneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], at.child('fsGroupChangePolicy')),
    ...validateSeccomp(context.seccompProfile, at.child('seccompProfile')),
    ...validateWindowsOptions(context.windowsOptions, at.child('windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, at.child('appArmorProfile')),
    ...oneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], at.child('supplementalGroupsPolicy')),
    ...oneOf(context.seLinuxChangePolicy, ['MountOption', 'Recursive'], at.child('seLinuxChangePolicy')),
    ...(shareProcessNamespace && hostPID
      ? wrong(pod.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')
      : NONE),
  ]
}

/** A setting of a namespace that the Pod shares with its node would be the node's. */
function ofTheHost(name: string, { hostNetwork, hostIPC }: PodSpec, at: Path): Errors {
  const dotted = name.replaceAll('/', '.')
  if (hostNetwork && dotted.startsWith('net.')) return wrong(at, name, "may not be specified when 'hostNetwork' is true")
  if (hostIPC && /^(kernel\.(sem$|shm|msg)|fs\.mqueue\.)/.test(dotted))
    return wrong(at, name, "may not be specified when 'hostIPC' is true")
  return NONE
}

function sysctls(list: PodContext['sysctls'], at: Path, spec: PodSpec): Errors {
  const again = seenBefore()
  return each(list, at, ({ name = '' }, place) => {
    const here = place.child('name')
    if (name === '') return missing(here)
    const shape =
      name.length > LONGEST_SYSCTL || !sysctl.test(name)
        ? wrong(here, name, `must have at most ${LONGEST_SYSCTL} characters and match regex ^${SYSCTL}$`)
        : again(name)
          ? repeated(here, name)
          : NONE
    return [...shape, ...ofTheHost(name, spec, here)]
  })
}

interface ContainerContext extends JsonObject {
  readonly privileged?: boolean
  readonly runAsUser?: number | bigint
  readonly runAsGroup?: number | bigint
  readonly procMount?: string
  readonly allowPrivilegeEscalation?: boolean
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] }
  readonly seccompProfile?: Profile
  readonly appArmorProfile?: Profile
  readonly seLinuxOptions?: Readonly<Partial<Record<'user' | 'role' | 'type' | 'level', string>>>
  readonly windowsOptions?: WindowsOptions
}

/** `hostUsers`: whether the Pod shares the users of its node. */
export function validateContainerSecurity(given: JsonObject | undefined, at: Path, hostUsers: boolean): Errors {
  if (!given) return NONE
  const context = given as ContainerContext
  const { privileged, procMount, allowPrivilegeEscalation: escalates, capabilities } = context
  const both = (what: string) => wrong(at, internal(context), `cannot set \`allowPrivilegeEscalation\` to false and ${what}`)
  return [
    ...id(context.runAsUser, at.child('runAsUser')),
    ...id(context.runAsGroup, at.child('runAsGroup')),
    ...oneOf(procMount, ['Default', 'Unmasked'], at.child('procMount')),
    ...(hostUsers && procMount === 'Unmasked'
      ? wrong(at.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`')
      : NONE),
    ...validateSeccomp(context.seccompProfile, at.child('seccompProfile')),
    ...(escalates === false && privileged ? both('`privileged` to true') : NONE),
    ...(escalates === false
      ? (capabilities?.add ?? []).flatMap((name) => (name === 'CAP_SYS_ADMIN' ? both('`capabilities.Add` CAP_SYS_ADMIN') : NONE))
      : NONE),
    ...validateWindowsOptions(context.windowsOptions, at.child('windowsOptions')),
    ...validateAppArmor(context.appArmorProfile, at.child('appArmorProfile')),
  ]
}

/** A bad value is shown as upstream's internal type, with the names that Go gives its fields. */
function internal({
  capabilities,
  seccompProfile,
  appArmorProfile,
  seLinuxOptions: linux,
  windowsOptions: windows,
  ...context
}: ContainerContext): JsonObject {
  const profile = (p: Profile | undefined) => (p ? { Type: p.type ?? '', LocalhostProfile: p.localhostProfile ?? null } : null)
  return {
    Capabilities: capabilities ? { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null } : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: linux ? { User: linux.user ?? '', Role: linux.role ?? '', Type: linux.type ?? '', Level: linux.level ?? '' } : null,
    WindowsOptions: windows
      ? {
          GMSACredentialSpecName: windows.gmsaCredentialSpecName ?? null,
          GMSACredentialSpec: windows.gmsaCredentialSpec ?? null,
          RunAsUserName: windows.runAsUserName ?? null,
          HostProcess: windows.hostProcess ?? null,
        }
      : null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: profile(seccompProfile),
    AppArmorProfile: profile(appArmorProfile),
  }
}

/** Users of its own go with none of the node's namespaces. */
export function validateHostUsers(spec: PodSpec, at: Path): Errors {
  if (spec.hostUsers !== false) return NONE
  const why = 'when `hostUsers` is false'
  return [
    ...(spec.hostNetwork ? notAllowed(at.child('hostNetwork'), why) : NONE),
    ...(spec.hostPID ? notAllowed(at.child('HostPID'), why) : NONE),
    ...(spec.hostIPC ? notAllowed(at.child('HostIPC'), why) : NONE),
    ...containersOf(spec, at).flatMap(([c, place]) =>
      (c.volumeDevices as readonly unknown[] | undefined)?.length ? notAllowed(place.child('volumeDevices'), why) : NONE,
    ),
  ]
}
