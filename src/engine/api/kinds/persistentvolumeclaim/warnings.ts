// What the server warns of in a claim, or in a template of one, that it takes all the same.
// Upstream: kubernetes pkg/api/persistentvolumeclaim/util.go

import type { ApiObject } from '../../object'
import { Path } from '../../validation/rules'
import { fractionWarnings } from '../fractionalBytes'
import type { ClaimSpec } from './spec'

/** Said of the class, before there was a field for it. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

export function claimWarnings({ metadata, spec }: ApiObject): readonly string[] {
  return [
    ...(metadata.annotations?.[CLASS_ANNOTATION] === undefined
      ? []
      : [`metadata.annotations[${CLASS_ANNOTATION}]: deprecated since v1.8; use "storageClassName" attribute instead`]),
    ...claimSpecWarnings((spec ?? {}) as ClaimSpec, Path.root('spec')),
  ]
}

export const claimSpecWarnings = ({ resources }: ClaimSpec, at: Path): readonly string[] =>
  (['requests', 'limits'] as const).flatMap((list) => fractionWarnings(resources?.[list], 'storage', at.child('resources', list)))
