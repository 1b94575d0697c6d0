// Profiles of seccomp and AppArmor: fields, and the annotations that said the same before there were fields.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateSeccompProfileField, ValidateAppArmorProfileField,
//   validateSeccompAnnotationsAndFields, validateAppArmorAnnotationsAndFieldsMatchOnCreate), pkg/registry/core/pod/strategy.go

import type { JsonObject } from '../../object'
import { equalJson } from '../../../base/equal'
import { goQuote } from '../../go/goQuote'
import { missing, NONE, notAllowed, Path, tooLong, unsupported, wrong, type Errors } from '../../validation/rules'
import { containersOf } from './containersOf'
import { relativePath } from './paths'
import type { Container, Pod, PodSpec } from './types'

export interface Profile extends JsonObject {
  readonly type?: string
  readonly localhostProfile?: string
}
export type Annotations = Readonly<Record<string, string>>

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']
const LOCALHOST = 'localhost/'
const LONGEST_PROFILE = 4095
const SECCOMP_OF_POD = 'seccomp.security.alpha.kubernetes.io/pod'
const SECCOMP_OF_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/'
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'

export function validateSeccomp(profile: Profile | undefined, at: Path): Errors {
  if (!profile) return NONE
  const { type = '', localhostProfile: file } = profile
  const here = at.child('localhostProfile')
  return [
    ...profileType(type, at.child('type'), 'type is required when seccompProfile is set'),
    ...(type === 'Localhost'
      ? file === undefined
        ? missing(here, 'must be set when seccomp type is Localhost')
        : relativePath(file, here)
      : file === undefined
        ? NONE
        : wrong(here, { Type: type, LocalhostProfile: file }, 'can only be set when seccomp type is Localhost')),
  ]
}

function profileType(type: string, at: Path, need: string): Errors {
  if (type === '') return missing(at, need)
  return TYPES.includes(type) ? NONE : unsupported(at, type, TYPES)
}

export function validateAppArmor(profile: Profile | undefined, at: Path): Errors {
  if (!profile) return NONE
  const { type = '', localhostProfile: file } = profile
  const here = at.child('localhostProfile')
  if (type !== 'Localhost') {
    const bad = profileType(type, at.child('type'), 'type is required when appArmorProfile is set')
    return bad.length === 0 && file !== undefined ? wrong(here, file, 'can only be set when AppArmor type is Localhost') : bad
  }
  if (file === undefined || file === '') return missing(here, 'must be set when AppArmor type is Localhost')
  return [
    ...(file.trim() === file ? NONE : wrong(here, file, 'must not be padded with whitespace')),
    ...(file.length > LONGEST_PROFILE ? tooLong(here, LONGEST_PROFILE) : NONE),
  ]
}

export function validateProfileAnnotations(annotations: Annotations, spec: PodSpec, at: Path): Errors {
  const keys = Object.keys(annotations)
  const names = new Set(containersOf(spec, at).map(([c]) => c.name))
  return [
    ...(SECCOMP_OF_POD in annotations ? seccompText(annotations[SECCOMP_OF_POD]!, at.child(SECCOMP_OF_POD)) : NONE),
    ...keys.flatMap((key) => (key.startsWith(SECCOMP_OF_CONTAINER) ? seccompText(annotations[key]!, at.child(key)) : NONE)),
    ...keys.flatMap((key) => {
      if (!isAppArmorKey(key)) return NONE
      const [name, text] = [key.slice(APPARMOR.length), annotations[key]!]
      return [
        ...(names.has(name) ? NONE : wrong(at.key(key), name, 'container not found')),
        ...(text === '' || text === 'runtime/default' || text === 'unconfined' || text.startsWith(LOCALHOST)
          ? NONE
          : wrong(at.key(key), text, `invalid AppArmor profile name: ${goQuote(text)}`)),
      ]
    }),
  ]
}

export const isAppArmorKey = (key: string) => key.startsWith(APPARMOR)

function seccompText(text: string, at: Path): Errors {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(text)) return NONE
  return text.startsWith(LOCALHOST) ? relativePath(text.slice(LOCALHOST.length), at) : wrong(at, text, 'must be a valid seccomp profile')
}

const seccompOf = (context: JsonObject | undefined) => context?.seccompProfile as Profile | undefined
const appArmorOf = (context: JsonObject | undefined) => context?.appArmorProfile as Profile | undefined

/** Where an annotation and a field speak of the same profile they must say the same. */
export function validateProfilesMatch(annotations: Annotations, spec: PodSpec, at: Path): Errors {
  const { securityContext: context } = spec
  const all = containersOf(spec, at)
  const onWindows = spec.os?.name === 'windows'
  return [
    ...mismatch('seccomp', annotations[SECCOMP_OF_POD], seccompOf(context), at.child('securityContext', 'seccompProfile')),
    ...all.flatMap(([{ name, securityContext: own }, place]) =>
      mismatch('seccomp', annotations[SECCOMP_OF_CONTAINER + name], seccompOf(own), place.child('securityContext', 'seccompProfile')),
    ),
    ...(onWindows ? [] : all).flatMap(([{ name, securityContext: own }, place]) =>
      mismatch(
        'apparmor',
        annotations[APPARMOR + name],
        appArmorOf(own) ?? appArmorOf(context),
        place.child('securityContext', 'appArmorProfile'),
      ),
    ),
  ]
}

function mismatch(what: 'seccomp' | 'apparmor', text: string | undefined, profile: Profile | undefined, at: Path): Errors {
  if (text === undefined || !profile) return NONE
  const other = notAllowed(at.child('type'), `${what} type in annotation and field must match`)
  switch (profile.type) {
    case 'Unconfined':
      return text === 'unconfined' ? NONE : other
    case 'RuntimeDefault':
      return text === 'runtime/default' || (what === 'seccomp' && text === 'docker/default') ? NONE : other
    case 'Localhost':
      if (!text.startsWith(LOCALHOST)) return other
      return text.slice(LOCALHOST.length) === profile.localhostProfile
        ? NONE
        : notAllowed(at.child('localhostProfile'), `${what} profile in annotation and field must match`)
    default:
      return NONE
  }
}

/** What an annotation asks AppArmor for; undefined where it says nothing that a field could. */
function appArmorOfText(text: string): Profile | undefined {
  if (text === 'unconfined') return { type: 'Unconfined' }
  if (text === 'runtime/default') return { type: 'RuntimeDefault' }
  return text.startsWith(LOCALHOST) && text.length > LOCALHOST.length
    ? { type: 'Localhost', localhostProfile: text.slice(LOCALHOST.length) }
    : undefined
}

/** A container whose profile only an annotation names gets it in its field, where it is not that of the Pod; `warn` hears of the annotation. */
export function withAppArmorFields(pod: Pod, warn: (text: string) => void): Pod {
  const { metadata, spec } = pod
  if (!metadata.annotations || !Object.keys(metadata.annotations).some(isAppArmorKey)) return pod
  if (spec.os?.name === 'windows') return pod
  const annotations = metadata.annotations
  const synced = (c: Container): Container => {
    const key = APPARMOR + c.name
    const text = annotations[key]
    if (text === undefined || appArmorOf(c.securityContext)) return c
    const meant = appArmorOfText(text)
    const appArmorProfile = meant && validateAppArmor(meant, Path.root()).length === 0 ? meant : undefined
    const known = appArmorProfile !== undefined && equalJson(appArmorProfile, appArmorOf(spec.securityContext))
    if (!known) warn(appArmorWarning(Path.root('metadata'), key))
    return appArmorProfile && !known ? { ...c, securityContext: { ...c.securityContext, appArmorProfile } } : c
  }
  return {
    ...pod,
    spec: {
      ...spec,
      containers: spec.containers.map(synced),
      ...(spec.initContainers ? { initContainers: spec.initContainers.map(synced) } : {}),
    },
  }
}

const appArmorWarning = (metadata: Path, key: string) =>
  `${metadata.child('annotations').key(key)}: deprecated since v1.30; use the "appArmorProfile" field instead`

const SECCOMP_WARNING = 'non-functional in v1.27+; use the "seccompProfile" field instead'

export function seccompWarnings(
  annotations: Annotations,
  context: JsonObject | undefined,
  metadata: Path,
  container?: string,
): readonly string[] {
  const key = container === undefined ? SECCOMP_OF_POD : SECCOMP_OF_CONTAINER + container
  return key in annotations && !seccompOf(context) ? [`${metadata.child('annotations').key(key)}: ${SECCOMP_WARNING}`] : []
}

/** Of a template: a Pod is warned of as its fields are filled in. */
export function appArmorWarnings(
  annotations: Annotations,
  spec: PodSpec,
  { name, securityContext }: Container,
  metadata: Path,
): readonly string[] {
  const text = annotations[APPARMOR + name]
  if (text === undefined || appArmorOf(securityContext)) return []
  const ofPod = appArmorOf(spec.securityContext)
  return ofPod && equalJson(ofPod, appArmorOfText(text)) ? [] : [appArmorWarning(metadata, APPARMOR + name)]
}
