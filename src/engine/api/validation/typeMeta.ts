// An apiVersion and a kind that stand in a spec as texts.
// Upstream: apimachinery pkg/runtime/schema/group_version.go (ParseGroupVersion); the rule for kinds stands in each kind's own validation

import { dns1035LabelErrors } from './names'
import { NONE, wrong, type Errors, type Path } from './rules'

/** Why a text is no `group/version`, nor a version of the core group. */
export const groupVersionErrors = (apiVersion: string, at: Path): Errors =>
  apiVersion.split('/').length > 2 ? wrong(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`) : NONE

/** Of a kind's name: a DNS-1035 label once it is in lower case. */
export function kindNameErrors(kind: string, at: Path): Errors {
  const texts = dns1035LabelErrors(kind.toLowerCase())
  return texts.length > 0 ? wrong(at, kind, `may have mixed case, but should otherwise match: ${texts.join(',')}`) : NONE
}
