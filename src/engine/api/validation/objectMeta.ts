// What every object's metadata must be, on create and on update.
// Upstream: apimachinery pkg/api/validation/objectmeta.go; kubernetes pkg/apis/core/validation/validation.go (validateKubeFinalizerName)

import type { FieldError } from '../errors/fieldErrors'
import { goQuote } from '../go/goQuote'
import type { NameRule } from '../kind'
import type { ObjectMeta } from '../object'
import { dnsLabelErrors, nameErrors } from './names'
import { labelKeyErrors, labelValueErrors } from './labels'
import { all, missing, named, NONE, notAllowed, Path, required, tooLong, wrong, type Errors } from './rules'

const TOTAL_ANNOTATIONS = 256 * 1024
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
const AT = Path.root('metadata')
const [NAME, NAMESPACE, LABELS, ANNOTATIONS] = [AT.child('name'), AT.child('namespace'), AT.child('labels'), AT.child('annotations')]

/** `anyFinalizer`: whether a finalizer may have a name without a domain (kinds that apimachinery's rules alone hold for). */
export function validateObjectMeta(meta: ObjectMeta, namespaced: boolean, rule: NameRule, anyFinalizer = false): readonly FieldError[] {
  const { name = '', generateName = '', namespace = '' } = meta
  return all(
    generateName === '' ? NONE : named(generateName, AT.child('generateName'), (n) => nameErrors(rule, n, true)),
    name === '' ? missing(NAME, 'name or generateName is required') : named(name, NAME, (n) => nameErrors(rule, n)),
    namespaced
      ? namespace === ''
        ? missing(NAMESPACE)
        : named(namespace, NAMESPACE, dnsLabelErrors)
      : namespace === ''
        ? NONE
        : notAllowed(NAMESPACE, 'not allowed on this type'),
    validateCommon(meta),
    anyFinalizer ? NONE : unknownFinalizers(meta),
  )
}

export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, anyFinalizer = false): readonly FieldError[] {
  const immutable = (
    field: 'name' | 'namespace' | 'uid' | 'creationTimestamp' | 'deletionTimestamp' | 'deletionGracePeriodSeconds',
  ): Errors => ((meta[field] ?? '') === (old[field] ?? '') ? NONE : wrong(AT.child(field), meta[field] ?? null, 'field is immutable'))
  return all(
    validateCommon(meta),
    newFinalizersWhileDeleting(meta, old),
    immutable('name'),
    immutable('namespace'),
    immutable('uid'),
    immutable('creationTimestamp'),
    immutable('deletionTimestamp'),
    immutable('deletionGracePeriodSeconds'),
    (meta.generation ?? 0) < (old.generation ?? 0) ? wrong(AT.child('generation'), meta.generation, 'must not be decremented') : NONE,
    anyFinalizer ? NONE : unknownFinalizers(meta),
  )
}

function validateCommon(meta: ObjectMeta): Errors {
  return all(
    validateLabels(meta.labels, LABELS),
    validateAnnotations(meta.annotations, ANNOTATIONS),
    validateOwnerReferences(meta),
    validateFinalizers(meta.finalizers),
  )
}

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, at: Path): Errors {
  if (!labels) return NONE
  return Object.keys(labels).flatMap((key) => [...named(key, at, labelKeyErrors), ...named(labels[key]!, at, labelValueErrors)])
}

/** Qualified by a domain, or one of the server's own. */
export const isKnownFinalizer = (finalizer: string) => finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)

function unknownFinalizer(finalizer: string, at: Path): Errors {
  return isKnownFinalizer(finalizer) ? NONE : wrong(at, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')
}

export const finalizerErrors = (finalizer: string, at: Path): Errors => [
  ...named(finalizer, at, labelKeyErrors),
  ...unknownFinalizer(finalizer, at),
]

export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, at: Path): Errors {
  if (!annotations) return NONE
  let size = 0
  const errors: FieldError[] = []
  for (const key of Object.keys(annotations)) {
    errors.push(...named(key, at, (k) => labelKeyErrors(k.toLowerCase())))
    size += key.length + annotations[key]!.length
  }
  return size > TOTAL_ANNOTATIONS ? [...errors, ...tooLong(at, TOTAL_ANNOTATIONS)] : errors
}

function validateOwnerReferences({ ownerReferences = [] }: ObjectMeta): Errors {
  if (ownerReferences.length === 0) return NONE
  const at = AT.child('ownerReferences')
  let controller = ''
  return ownerReferences.flatMap((owner, i) => {
    const errors = ownerReference(owner, at.index(i))
    if (!owner.controller) return errors
    const name = `${owner.kind}/${owner.name}`
    if (controller !== '')
      return [
        ...errors,
        ...wrong(
          at,
          ownerReferences,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      ]
    controller = name
    return errors
  })
}

function ownerReference(owner: NonNullable<ObjectMeta['ownerReferences']>[number], at: Path): Errors {
  const EMPTY = 'must not be empty'
  const { apiVersion = '', kind = '', name = '', uid = '' } = owner
  return [
    ...(apiVersion === ''
      ? missing(at.child('apiVersion'), EMPTY)
      : /^([^/]*\/)?[^/]+$/.test(apiVersion)
        ? NONE
        : wrong(at.child('apiVersion'), apiVersion, 'must be <group>/<version> or <version>')),
    ...required(kind, at.child('kind'), EMPTY),
    ...required(name, at.child('name'), EMPTY),
    ...required(uid, at.child('uid'), EMPTY),
    // Events come and go too fast to own anything.
    ...(apiVersion === 'v1' && kind === 'Event' ? wrong(at, owner, '/v1, Kind=Event is disallowed from being an owner') : NONE),
  ]
}

function validateFinalizers(finalizers: readonly string[] = []): Errors {
  const at = AT.child('finalizers')
  return [
    ...finalizers.flatMap((finalizer) => named(finalizer, at, labelKeyErrors)),
    ...(finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')
      ? wrong(at, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')
      : NONE),
  ]
}

const unknownFinalizers = ({ finalizers = [] }: ObjectMeta): Errors =>
  finalizers.flatMap((finalizer, i) => unknownFinalizer(finalizer, AT.child('finalizers').index(i)))

function newFinalizersWhileDeleting(meta: ObjectMeta, old: ObjectMeta): Errors {
  if (!old.deletionTimestamp) return NONE
  const known = new Set(old.finalizers ?? [])
  const added = (meta.finalizers ?? []).filter((f) => !known.has(f))
  return added.length === 0
    ? NONE
    : notAllowed(
        AT.child('finalizers'),
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(goQuote).join(', ')}}`,
      )
}
