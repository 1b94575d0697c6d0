// What names a CustomResourceDefinition may give and accept.
// Upstream: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go (ValidateCustomResourceDefinitionNames)

import { dns1035LabelErrors } from '../../validation/names'
import type { Path } from '../../validation/rules'
import { NONE, wrong, type Errors } from '../../validation/rules'
import { kindNameErrors } from '../../validation/typeMeta'
import type { CrdNames } from './types'

export function dns1035(name: string, at: Path): Errors {
  const bad = dns1035LabelErrors(name)
  return bad.length > 0 ? wrong(at, name, bad.join(',')) : NONE
}

export function validateNames({ plural, singular, kind, listKind, shortNames = [], categories = [] }: CrdNames, at: Path): Errors {
  return [
    ...(plural ? dns1035(plural, at.child('plural')) : NONE),
    ...(singular ? dns1035(singular, at.child('singular')) : NONE),
    ...(kind ? kindNameErrors(kind, at.child('kind')) : NONE),
    ...(listKind ? kindNameErrors(listKind, at.child('listKind')) : NONE),
    ...shortNames.flatMap((name, i) => dns1035(name, at.child('shortNames').index(i))),
    ...(kind && kind === listKind ? wrong(at.child('listKind'), listKind, 'kind and listKind may not be the same') : NONE),
    ...categories.flatMap((name, i) => dns1035(name, at.child('categories').index(i))),
  ]
}
