// The three lists of containers: what all have in common, and what init and ephemeral ones may not have.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateContainers, validateInitContainers, validateEphemeralContainers)

import type { JsonObject } from '../../object'
import { dnsLabelErrors, portNameErrors } from '../../validation/names'
import {
  each,
  missing,
  named,
  NONE,
  notAllowed,
  notThere,
  oneOf,
  portNumber,
  repeated,
  required,
  seenBefore,
  tooMany,
  unsupported,
  wrong,
  type Errors,
  type Path,
} from '../../validation/rules'
import { validateEnv, validateEnvFrom } from './env'
import { validateHandlers } from './handlers'
import { validateDevices, validateMounts } from './mounts'
import { validateClaimReferences } from './claims'
import { validateResources } from './resources'
import { validateContainerSecurity } from './security'
import type { Container, ContainerPort, PodSpec, Volume } from './types'

/** What the rules of one container have to know of its Pod. */
interface Surroundings {
  readonly volumes: ReadonlyMap<string, Volume>
  readonly spec: PodSpec
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']
const MOST_RULES = 20
const MOST_EXIT_CODES = 255
const ONLY_SIDECARS = 'may not be set for init containers without restartPolicy=Always'
/** What debugging needs no more than; in the order of upstream's struct. */
const NOT_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const

export function validateAllContainers(spec: PodSpec, volumes: ReadonlyMap<string, Volume>, at: Path): Errors {
  const around = { spec, volumes }
  return [
    ...regular(spec.containers ?? [], at.child('containers'), around),
    ...init(spec.initContainers ?? [], at.child('initContainers'), around),
    ...ephemeral(spec.ephemeralContainers ?? [], at.child('ephemeralContainers'), around),
  ]
}

/** Of a Pod, not of a template: a template's image may still be filled in. */
export function validateImages(containers: readonly Container[] | undefined, at: Path): Errors {
  return (containers ?? []).flatMap(({ image = '' }, i) =>
    image.trim() === image ? NONE : wrong(at.index(i).child('image'), image, 'must not have leading or trailing whitespace'),
  )
}

const graceOf = ({ spec }: Surroundings) => spec.terminationGracePeriodSeconds ?? 0
const osOf = ({ spec }: Surroundings) => spec.os?.name

function regular(list: readonly Container[], at: Path, around: Surroundings): Errors {
  if (list.length === 0) return missing(at)
  const again = seenBefore()
  return [
    ...list.flatMap((c, i) => {
      const place = at.index(i)
      return [
        ...validateContainer(c, place, around),
        ...(again(c.name) ? repeated(place.child('name'), c.name) : NONE),
        ...validateHandlers(c, place, graceOf(around), osOf(around)),
        ...validateRestart(c, place),
      ]
    }),
    ...hostPortConflicts(list, at),
  ]
}

function init(list: readonly Container[], at: Path, around: Surroundings): Errors {
  const names = new Set((around.spec.containers ?? []).map((c) => c.name))
  return list.flatMap((c, i) => {
    const place = at.index(i)
    const again = names.has(c.name)
    if (c.name) names.add(c.name)
    const sidecar = c.restartPolicy === 'Always'
    return [
      ...validateContainer(c, place, around),
      ...validateRestart(c, place),
      ...(again ? repeated(place.child('name'), c.name) : NONE),
      ...hostPortConflicts([c], at),
      ...(sidecar
        ? validateHandlers(c, place, graceOf(around), osOf(around))
        : (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((name) =>
            c[name] ? notAllowed(place.child(name), ONLY_SIDECARS) : NONE,
          )),
      ...(sidecar ? NONE : restartedByResize(c, place.child('resizePolicy'))),
    ]
  })
}

/** It is over when the others run: there is nothing to start anew. */
const restartedByResize = ({ resizePolicy }: Container, at: Path): Errors =>
  each(resizePolicy as readonly ResizePolicy[] | undefined, at, ({ restartPolicy }, place) =>
    restartPolicy === 'RestartContainer'
      ? wrong(place.child('restartPolicy'), restartPolicy, "must not be set to 'RestartContainer' for non-sidecar initContainers")
      : NONE,
  )

function ephemeral(list: readonly Container[], at: Path, around: Surroundings): Errors {
  const others = new Set([...(around.spec.containers ?? []), ...(around.spec.initContainers ?? [])].map((c) => c.name))
  const names = new Set(others)
  return list.flatMap((c, i) => {
    const place = at.index(i)
    const again = names.has(c.name)
    names.add(c.name)
    const target = (c.targetContainerName ?? '') as string
    return [
      ...validateContainer(c, place, around),
      ...validateImages([c], at).map((error) => ({ ...error, field: String(place.child('image')) })),
      ...(again ? repeated(place.child('name'), c.name) : NONE),
      ...(target !== '' && !others.has(target) ? notThere(place.child('targetContainerName'), target) : NONE),
      ...NOT_EPHEMERAL.flatMap((field) =>
        isSet(c, field) ? notAllowed(place.child(field), 'cannot be set for an Ephemeral Container') : NONE,
      ),
      ...(c.volumeMounts ?? []).flatMap((mount, k) =>
        ['subPath', 'subPathExpr'].flatMap((field) =>
          mount[field] ? notAllowed(place.child('volumeMounts').index(k).child(field), 'cannot be set for an Ephemeral Container') : NONE,
        ),
      ),
    ]
  })
}

/** Lists count when something is in them, and so do resources; the others are pointers in Go. */
function isSet(c: Container, field: (typeof NOT_EPHEMERAL)[number]): boolean {
  const value = c[field]
  return Array.isArray(value) || field === 'resources' ? Object.keys(value ?? {}).length > 0 : value !== undefined
}

type ClaimReferences = Parameters<typeof validateClaimReferences>[0]

function validateContainer(c: Container, at: Path, around: Surroundings): Errors {
  return [
    ...(c.name ? named(c.name, at.child('name'), dnsLabelErrors) : missing(at.child('name'))),
    ...required(c.image, at.child('image')),
    ...oneOf(c.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], at.child('terminationMessagePolicy')),
    ...ports(c.ports, at.child('ports')),
    ...each(c.env, at.child('env'), validateEnv),
    ...each(c.envFrom, at.child('envFrom'), (e, place) => validateEnvFrom(e, place, at.child('envFrom'))),
    ...validateMounts(c, at.child('volumeMounts'), around.volumes),
    ...validateDevices(c, at.child('volumeDevices'), around.volumes),
    ...oneOf(c.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], at.child('imagePullPolicy')),
    ...validateResources(c.resources ?? {}, at.child('resources')),
    ...validateClaimReferences(c.resources?.claims as ClaimReferences, around.spec, at.child('resources', 'claims')),
    ...validateResizePolicy(c.resizePolicy as readonly ResizePolicy[] | undefined, at.child('resizePolicy'), around.spec.restartPolicy),
    ...validateContainerSecurity(c.securityContext, at.child('securityContext'), around.spec.hostUsers !== false),
  ]
}

interface ResizePolicy extends JsonObject {
  readonly resourceName?: string
  readonly restartPolicy?: string
}

function validateResizePolicy(list: readonly ResizePolicy[] | undefined, at: Path, podRestarts: string | undefined): Errors {
  const again = seenBefore()
  return (list ?? []).flatMap(({ resourceName = '', restartPolicy = '' }, i) => {
    const known = (value: string, allowed: readonly string[]) =>
      value === '' ? missing(at) : allowed.includes(value) ? NONE : unsupported(at, value, allowed)
    return [
      ...(again(resourceName) ? repeated(at.index(i), resourceName) : NONE),
      ...known(resourceName, ['cpu', 'memory']),
      ...known(restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(podRestarts === 'Never' && restartPolicy !== 'NotRequired'
        ? wrong(at, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")
        : NONE),
    ]
  })
}

interface RestartRule extends JsonObject {
  readonly action?: string
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] }
}

/** A container may have a restart policy of its own, and rules by exit code. */
function validateRestart(c: Container, at: Path): Errors {
  const rules = (c.restartPolicyRules ?? []) as readonly RestartRule[]
  const policy = at.child('restartPolicy')
  const needed = rules.length > 0 ? missing(policy, 'must specify restartPolicy when restart rules are used') : NONE
  return [
    ...(c.restartPolicy === undefined ? needed : oneOf(c.restartPolicy, RESTART_POLICIES, policy)),
    ...(rules.length > MOST_RULES ? tooMany(at.child('restartPolicyRules'), rules.length, MOST_RULES) : NONE),
    ...each(rules, at.child('restartPolicyRules'), ({ action = '', exitCodes }, place) => [
      ...oneOf(action, ['Restart', 'RestartAllContainers'], place.child('action')),
      ...(exitCodes
        ? [
            ...oneOf(exitCodes.operator ?? '', ['In', 'NotIn'], place.child('exitCodes', 'operator')),
            ...((exitCodes.values?.length ?? 0) > MOST_EXIT_CODES
              ? tooMany(place.child('exitCodes', 'values'), exitCodes.values!.length, MOST_EXIT_CODES)
              : NONE),
          ]
        : missing(place.child('exitCodes'), 'must be specified')),
    ]),
  ]
}

/** A port of the host can be given to one container only. */
function hostPortConflicts(list: readonly Container[], at: Path): Errors {
  const taken = new Set<string>()
  return list.flatMap((c, i) =>
    (c.ports ?? []).flatMap(({ hostPort, hostIP = '', protocol = 'TCP' }, k) => {
      if (!hostPort) return NONE
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (taken.has(key)) return repeated(at.index(i).child('ports').index(k).child('hostPort'), key)
      taken.add(key)
      return NONE
    }),
  )
}

function ports(list: readonly ContainerPort[] | undefined, at: Path): Errors {
  const names = new Set<string>()
  return (list ?? []).flatMap((p, i): Errors => {
    const place = at.index(i)
    const bad = p.name ? named(p.name, place.child('name'), portNameErrors) : NONE
    const again = p.name !== undefined && bad.length === 0 && names.has(p.name)
    if (p.name && bad.length === 0) names.add(p.name)
    return [
      ...bad,
      ...(again ? repeated(place.child('name'), p.name) : NONE),
      ...(p.containerPort ? portNumber(p.containerPort, place.child('containerPort')) : missing(place.child('containerPort'))),
      ...(p.hostPort ? portNumber(p.hostPort, place.child('hostPort')) : NONE),
      ...oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], place.child('protocol')),
    ]
  })
}
