// What a Node must be: taints, address blocks, amounts; and what stays once it is set.
// Upstream: kubernetes pkg/apis/core/validation (ValidateNode, ValidateNodeUpdate)

import type { ApiObject } from '../../object'
import { parseQuantity } from '../../scalars/quantity'
import { isIpv6 } from '../../net/ipAddress'
import { validateCidr } from '../../validation/addresses'
import { labelKeyErrors, labelValueErrors } from '../../validation/labels'
import { goQuote } from '../../go/goQuote'
import { each, named, NONE, notAllowed, oneOf, Path, repeated, required, seenBefore, wrong, type Errors } from '../../validation/rules'
import type { Node, Taint } from './types'

const SPEC = Path.root('spec')
const STATUS = Path.root('status')
const asNode = (object: ApiObject) => object as unknown as Node
/** Whole by nature: what is counted rather than measured. */
const MEASURED = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage'])

export function validateNode(object: ApiObject): Errors {
  return [...taintErrors(object), ...amountErrors(object), ...featureErrors(object), ...blockErrors(object)]
}

export function validateNodeUpdate(object: ApiObject, old: ApiObject): Errors {
  const [now, before] = [asNode(object), asNode(old)]
  return [
    ...amountErrors(object),
    ...featureErrors(object),
    ...repeatedAddresses(now),
    ...blockChanges(now.spec.podCIDRs ?? [], before.spec.podCIDRs ?? []),
    ...(before.spec.providerID && now.spec.providerID !== before.spec.providerID
      ? wrong(SPEC.child('providerID'), null, 'field cannot be modified once set')
      : NONE),
    ...taintErrors(object),
    ...((now.spec.externalID ?? '') === (before.spec.externalID ?? '') ? NONE : notAllowed(SPEC.child('externalID'), 'may not be updated')),
  ]
}

function blockChanges(now: readonly string[], before: readonly string[]): Errors {
  if (before.length === 0) return NONE
  const changed = now.length === before.length ? before.filter((block, i) => block !== now[i]) : ['']
  return changed.flatMap(() => notAllowed(SPEC.child('podCIDRs'), 'node updates may not change podCIDR except from "" to valid'))
}

function blockErrors(object: ApiObject): Errors {
  const blocks = asNode(object).spec?.podCIDRs ?? []
  const at = SPEC.child('podCIDRs')
  const errors = blocks.flatMap((block, i) => validateCidr(block, at.index(i)))
  if (blocks.length < 2 || errors.length > 0) return errors
  const families = new Set(blocks.map((block) => isIpv6(block.split('/')[0]!)))
  return blocks.length > 2 || families.size < 2 ? wrong(at, blocks, 'may specify no more than one CIDR for each IP family') : NONE
}

function amountErrors(object: ApiObject): Errors {
  const { capacity = {}, allocatable = {} } = asNode(object).status ?? {}
  const amounts = (list: Readonly<Record<string, string>>, at: Path) =>
    Object.entries(list).flatMap(([name, text]) => amountError(name, text, at.child(name)))
  return [...amounts(capacity, STATUS.child('capacity')), ...amounts(allocatable, STATUS.child('allocatable'))]
}

function amountError(name: string, text: string, at: Path): Errors {
  const quantity = parseQuantity(text)
  if (!quantity) return NONE
  if (quantity.nano < 0n) return wrong(at, text, 'must be greater than or equal to 0')
  const whole = quantity.nano % 1_000_000_000n === 0n
  return whole || MEASURED.has(name) ? NONE : wrong(at, text, 'must be an integer')
}

/** What a kubelet can do: names, or parts of them after a slash, in order. */
const FEATURE = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/
const LONGEST_FEATURE = 253
const FEATURE_FORM =
  "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"

function featureErrors(object: ApiObject): Errors {
  const { declaredFeatures: features = [] } = asNode(object).status ?? {}
  const at = STATUS.child('declaredFeatures')
  return features.flatMap((name, i) => {
    const why =
      name.length > LONGEST_FEATURE ? `must be no more than ${LONGEST_FEATURE} characters` : FEATURE.test(name) ? '' : FEATURE_FORM
    const next = features[i + 1]
    return [
      ...(why ? wrong(at.index(i), name, `invalid feature name ${goQuote(name)}: ${why}`) : NONE),
      ...(next === name ? repeated(at.index(i + 1), next) : NONE),
      ...(next !== undefined && next < name ? wrong(at.index(i + 1), next, 'list must be sorted alphabetically') : NONE),
    ]
  })
}

function repeatedAddresses({ status }: Node): Errors {
  const again = seenBefore()
  return (status.addresses ?? []).flatMap(({ type, address }, i): Errors => {
    const key = `${type} ${address}`
    if (!again(key)) return NONE
    const field = String(STATUS.child('addresses').index(i))
    return [{ type: 'FieldValueDuplicate', field, value: { Type: type, Address: address }, detail: '' }]
  })
}

function taintErrors(object: ApiObject): Errors {
  const at = Path.root('metadata').child('taints')
  const seen = new Set<string>()
  return each(asNode(object).spec?.taints, at, (taint, place) => [
    ...named(taint.key ?? '', place.child('key'), labelKeyErrors),
    ...(taint.value ? named(taint.value, place.child('value'), labelValueErrors) : NONE),
    ...repeatedTaint(taint, place, seen),
    ...(taint.effect
      ? oneOf(taint.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], place.child('effect'))
      : required(taint.effect, place.child('effect'))),
  ])
}

/** Upstream prints its internal struct, whose fields are in capitals. */
function repeatedTaint(taint: Taint, at: Path, seen: Set<string>): Errors {
  const pair = `${taint.key}:${taint.effect}`
  if (!seen.has(pair)) {
    seen.add(pair)
    return NONE
  }
  const shown = { Key: taint.key, Value: taint.value ?? '', Effect: taint.effect, TimeAdded: taint.timeAdded ?? null }
  return [{ type: 'FieldValueDuplicate', field: String(at), value: shown, detail: 'taints must be unique by key and effect pair' }]
}
