// What a Pod must be to be stored. Its containers, volumes, affinity … have their own files.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodSpec)

import type { FieldError } from '../../errors/fieldErrors'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import {
  each,
  named,
  NONE,
  notThere,
  notAllowed,
  oneOf,
  Path,
  repeated,
  required,
  seenBefore,
  tooLong,
  unsupported,
  wrong,
  type Errors,
  type Validate,
} from '../../validation/rules'
import { validateAffinity } from './affinity'
import { validatePodAnnotations } from './annotations'
import { validateAllContainers, validateImages } from './containers'
import { containersOf } from './containersOf'
import { validateDns, validateHostAliases } from './dns'
import { validateOs } from './os'
import { validatePodAffinity } from './podAffinity'
import { validatePodResources } from './podResources'
import { validateProfilesMatch } from './profiles'
import { projectedSources } from './projected'
import { validatePodClaims } from './claims'
import { validateResources } from './resources'
import { validateHostUsers, validatePodSecurity } from './security'
import { validateSpreads } from './topologySpread'
import { validateVolumes } from './volumes'
import { validateHostProcess } from './windowsOptions'
import type { Pod, PodSpec, Toleration } from './types'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const LONGEST_HOSTNAME = 64

export function validatePod(pod: Pod): readonly FieldError[] {
  const at = Path.root('spec')
  const { metadata, spec } = pod
  return [
    ...validateStoredPod(pod),
    ...(spec.ephemeralContainers?.length ? notAllowed(at.child('ephemeralContainers'), 'cannot be set on create') : NONE),
    ...(spec.nodeName && spec.schedulingGates?.length
      ? notAllowed(at.child('nodeName'), 'cannot be set until all schedulingGates have been cleared')
      : NONE),
    ...(metadata.annotations ? validateProfilesMatch(metadata.annotations, spec, at) : NONE),
  ]
}

/** What holds for a Pod at any time, and not for templates; `old` of an update. */
export function validateStoredPod({ metadata, spec }: Pod, old?: Pod): Errors {
  const at = Path.root('spec')
  return [
    ...validatePodAnnotations(metadata.annotations, spec, Path.root('metadata').child('annotations'), old?.metadata.annotations),
    ...validatePodSpec(spec, at),
    ...(spec.serviceAccountName ? NONE : tokensWithoutAccount(spec, at.child('volumes'))),
    ...validateImages(spec.containers, at.child('containers')),
    ...validateImages(spec.initContainers, at.child('initContainers')),
  ]
}

function tokensWithoutAccount({ volumes = [] }: PodSpec, at: Path): Errors {
  return volumes.flatMap((volume, i) =>
    projectedSources(volume).flatMap((source, k) =>
      source.serviceAccountToken
        ? notAllowed(
            at.index(i).child('projected', 'sources').index(k).child('serviceAccountToken'),
            'must not be specified when serviceAccountName is not set',
          )
        : NONE,
    ),
  )
}

/** Also for templates. */
export const validatePodSpec: Validate<PodSpec> = (spec, at) => {
  const { errors, volumes } = validateVolumes(spec.volumes, at.child('volumes'))
  return [
    ...errors,
    ...validatePodClaims(spec, at.child('resourceClaims')),
    ...validateAllContainers(spec, volumes, at),
    ...validatePodResources(spec, at.child('resources')),
    ...hostPorts(spec, at.child('containers')),
    ...required(spec.restartPolicy, at.child('restartPolicy')),
    ...oneOf(spec.restartPolicy, RESTART_POLICIES, at.child('restartPolicy')),
    ...oneOf(spec.dnsPolicy, DNS_POLICIES, at.child('dnsPolicy')),
    ...selector(spec.nodeSelector, at.child('nodeSelector')),
    ...validatePodSecurity(spec, at),
    ...validateAffinity(spec.affinity, at.child('affinity')),
    ...validatePodAffinity(spec.affinity, at.child('affinity')),
    ...validateDns(spec, at),
    ...each(spec.readinessGates, at.child('readinessGates'), (g, place) =>
      named(g.conditionType, place.child('conditionType'), labelKeyErrors),
    ),
    ...gates(spec.schedulingGates ?? [], at.child('schedulingGates')),
    ...validateSpreads(spec, at),
    ...validateHostProcess(spec, at),
    ...validateHostUsers(spec, at),
    ...hostname(spec, at.child('hostnameOverride')),
    ...(spec.serviceAccountName ? named(spec.serviceAccountName, at.child('serviceAccountName'), dnsSubdomainErrors) : NONE),
    ...(spec.nodeName ? named(spec.nodeName, at.child('nodeName'), dnsSubdomainErrors) : NONE),
    ...(spec.activeDeadlineSeconds !== undefined && (spec.activeDeadlineSeconds < 1 || spec.activeDeadlineSeconds > 2147483647)
      ? wrong(at.child('activeDeadlineSeconds'), spec.activeDeadlineSeconds, 'must be between 1 and 2147483647, inclusive')
      : NONE),
    ...(spec.hostname ? named(spec.hostname, at.child('hostname'), dnsLabelErrors) : NONE),
    ...(spec.subdomain ? named(spec.subdomain, at.child('subdomain'), dnsLabelErrors) : NONE),
    ...each(spec.tolerations, at.child('tolerations'), validateToleration),
    ...validateHostAliases(spec, at),
    ...(spec.priorityClassName ? named(spec.priorityClassName, at.child('priorityClassName'), dnsSubdomainErrors) : NONE),
    ...(spec.runtimeClassName === undefined
      ? NONE
      : named(spec.runtimeClassName as string, at.child('runtimeClassName'), dnsSubdomainErrors)),
    ...oneOf(spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'], at.child('preemptionPolicy')),
    ...(spec.overhead ? validateResources({ limits: spec.overhead }, at.child('overhead')) : NONE),
    ...validateOs(spec, at),
    ...validateFileKeys(spec, at),
  ]
}

/** A key is read from a file in an empty directory that an init container has filled. */
function validateFileKeys(spec: PodSpec, at: Path): Errors {
  return containersOf(spec, at).flatMap(([c, container]) =>
    (c.env ?? []).flatMap(({ valueFrom }, i) => {
      const key = valueFrom?.fileKeyRef as { readonly volumeName?: string } | undefined
      if (!key) return NONE
      const { volumeName = '' } = key
      const place = container.child('env').index(i).child('valueFrom', 'fileKeyRef', 'volumeName')
      const volume = spec.volumes?.find((v) => v.name === volumeName)
      if (!volume) return notThere(place, volumeName)
      return volume.emptyDir ? NONE : wrong(place, volumeName, 'referenced volume must be of type emptyDir')
    }),
  )
}

function gates(list: readonly { readonly name: string }[], at: Path): Errors {
  const again = seenBefore()
  return list.flatMap(({ name }, i) => [...named(name, at.index(i), labelKeyErrors), ...(again(name) ? repeated(at.index(i), name) : NONE)])
}

function hostname({ hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: PodSpec, at: Path): Errors {
  if (typeof name !== 'string') return NONE
  return [
    ...(setHostnameAsFQDN ? notAllowed(at, 'may not be specified when setHostnameAsFQDN is true') : NONE),
    ...(hostNetwork ? notAllowed(at, 'may not be specified when hostNetwork is true') : NONE),
    ...(name.length > LONGEST_HOSTNAME ? tooLong(at, LONGEST_HOSTNAME) : NONE),
    ...named(name, at, dnsSubdomainErrors),
  ]
}

/** On the host's network a container port is the host port. */
function hostPorts(spec: PodSpec, at: Path): Errors {
  if (!spec.hostNetwork) return NONE
  return (spec.containers ?? []).flatMap((c, i) =>
    (c.ports ?? []).flatMap((p, k) =>
      p.hostPort && p.hostPort !== p.containerPort
        ? wrong(at.index(i).child('ports').index(k).child('hostPort'), p.hostPort, 'must match `containerPort` when `hostNetwork` is true')
        : NONE,
    ),
  )
}

function selector(labels: Readonly<Record<string, string>> | undefined, at: Path): Errors {
  if (!labels) return NONE
  return Object.entries(labels).flatMap(([key, value]) => [...named(key, at, labelKeyErrors), ...named(value, at, labelValueErrors)])
}

const EQUAL = ['Equal', '']

export const validateToleration: Validate<Toleration> = (t, at) => {
  const { operator = '', value = '', effect = '' } = t
  return [
    ...(t.key ? named(t.key, at.child('key'), labelKeyErrors) : NONE),
    ...(!t.key && operator !== 'Exists'
      ? wrong(at.child('operator'), operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')
      : NONE),
    ...(t.tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? wrong(at.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
      : NONE),
    ...validateOperator(operator, value, at),
    ...oneOf(effect || undefined, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at.child('effect')),
  ]
}

function validateOperator(operator: string, value: string, at: Path): Errors {
  const place = at.child('operator')
  if (EQUAL.includes(operator)) {
    const errors = labelValueErrors(value)
    return errors.length > 0 ? wrong(place, value, errors.join(';')) : NONE
  }
  if (operator === 'Exists') return value ? wrong(place, value, "value must be empty when `operator` is 'Exists'") : NONE
  // Comparing is behind a gate that is shut; who tries it is told of it all the same.
  return unsupported(place, operator, operator === 'Lt' || operator === 'Gt' ? ['Equal', 'Exists', 'Lt', 'Gt'] : ['Equal', 'Exists'])
}
