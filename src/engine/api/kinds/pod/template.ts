// The Pod template of workloads: defaults, rules and the columns that print it.
// Upstream: kubernetes pkg/apis/core/validation (ValidatePodTemplateSpec), pkg/printers/internalversion/printers.go

import type { Column } from '../../kind'
import type { ApiObject, JsonObject, ObjectMeta } from '../../object'
import { validateAnnotations, validateLabels } from '../../validation/objectMeta'
import { NONE, notAllowed, unsupported, type Errors, type Path } from '../../validation/rules'
import { column, wide } from '../columns'
import { validatePodAnnotations } from './annotations'
import { defaultPodSpec } from './defaults'
import { validateProfilesMatch } from './profiles'
import type { PodSpec } from './types'
import { validatePodSpec } from './validation'

export interface PodTemplate extends JsonObject {
  readonly metadata?: Partial<ObjectMeta>
  readonly spec: PodSpec
}

export function defaultPodTemplate(template: PodTemplate | undefined): PodTemplate {
  return { ...template, spec: defaultPodSpec(template?.spec ?? ({} as PodSpec)) }
}

export function validatePodTemplate({ metadata = {}, spec }: PodTemplate, at: Path): Errors {
  return [
    ...validateLabels(metadata.labels, at.child('labels')),
    ...validateAnnotations(metadata.annotations, at.child('annotations')),
    ...validatePodAnnotations(metadata.annotations, spec, at.child('annotations')),
    ...validatePodSpec(spec, at.child('spec')),
    ...(metadata.annotations ? validateProfilesMatch(metadata.annotations, spec, at.child('spec')) : NONE),
    ...(spec.ephemeralContainers?.length
      ? notAllowed(at.child('spec', 'ephemeralContainers'), 'ephemeral containers not allowed in pod template')
      : NONE),
  ]
}

/** Of workloads whose Pods are replaced for ever: they restart always and have no deadline. */
export function validateLastingTemplate(template: PodTemplate, at: Path, kind: string): Errors {
  const { restartPolicy, activeDeadlineSeconds } = template.spec
  return [
    ...validatePodTemplate(template, at),
    ...(restartPolicy === 'Always' ? NONE : unsupported(at.child('spec', 'restartPolicy'), restartPolicy, ['Always'])),
    ...(activeDeadlineSeconds === undefined
      ? NONE
      : notAllowed(at.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`)),
  ]
}

const containersOf = (object: ApiObject, read: (object: ApiObject) => PodTemplate) => read(object).spec?.containers ?? []

/** Names and images of the template's containers. */
export const templateColumns = (read: (object: ApiObject) => PodTemplate, more: Partial<Column> = wide): readonly Column[] => [
  column(
    'Containers',
    'Names of each container in the template.',
    (o) =>
      containersOf(o, read)
        .map((c) => c.name)
        .join(','),
    more,
  ),
  column(
    'Images',
    'Images referenced by each container in the template.',
    (o) =>
      containersOf(o, read)
        .map((c) => c.image)
        .join(','),
    more,
  ),
]
