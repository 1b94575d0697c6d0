// What the server warns of in a StatefulSet, beside its template.
// Upstream: kubernetes pkg/registry/apps/statefulset/strategy.go (WarningsOnCreate, WarningsOnUpdate)

import { specOf, type ApiObject } from '../../object'
import { Path } from '../../validation/rules'
import type { ClaimSpec } from '../persistentvolumeclaim/spec'
import { claimSpecWarnings } from '../persistentvolumeclaim/warnings'
import type { StatefulSetSpec } from './validation'

export function statefulSetWarnings(object: ApiObject, old: ApiObject | null): readonly string[] {
  const { volumeClaimTemplates = [], revisionHistoryLimit = 0 } = specOf<StatefulSetSpec>(object)
  const at = Path.root('spec').child('volumeClaimTemplates')
  return [
    // The place is upstream's: of an update it names the field as Go does, of a create not at all.
    ...volumeClaimTemplates.flatMap((claim, i) =>
      claimSpecWarnings(specOf<ClaimSpec>(claim), old ? at.index(i).child('Spec') : at.index(i)),
    ),
    ...(revisionHistoryLimit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ]
}
