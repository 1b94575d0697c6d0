// Groups of the community need a link to the review that let them in.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (validateAPIApproval), pkg/apihelpers/helpers.go

import { missing, NONE, Path, wrong, type Errors } from '../../validation/rules'

const APPROVED = 'api-approved.kubernetes.io'
type Annotations = Readonly<Record<string, string>> | undefined

export function validateApproval(group: string, annotations: Annotations, old: Annotations): Errors {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(group)) return NONE
  const at = Path.root('metadata').child('annotations').key(APPROVED)
  const given = annotations?.[APPROVED] ?? ''
  if (old && stateOf(old[APPROVED] ?? '') === stateOf(given)) return NONE
  switch (stateOf(given)) {
    case 'missing':
      return missing(
        at,
        'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      )
    case 'invalid':
      return wrong(
        at,
        given,
        `protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`,
      )
    default:
      return NONE
  }
}

function stateOf(given: string): 'missing' | 'bypassed' | 'approved' | 'invalid' {
  if (given === '') return 'missing'
  if (given.startsWith('unapproved')) return 'bypassed'
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.test(given) ? 'approved' : 'invalid'
}
