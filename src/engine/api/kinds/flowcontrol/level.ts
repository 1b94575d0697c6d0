// What a PriorityLevelConfiguration must be, and what it gets that its author left out.
// Upstream: kubernetes pkg/apis/flowcontrol/validation/validation.go, pkg/apis/flowcontrol/v1/defaults.go

import { equalSemantic } from '../../../base/equal'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { missing, NONE, notAllowed, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateConditionTypes } from './conditions'

interface Shares extends JsonObject {
  readonly nominalConcurrencyShares?: number
  readonly lendablePercent?: number
}
interface Queuing extends JsonObject {
  readonly queues?: number
  readonly handSize?: number
  readonly queueLengthLimit?: number
}
interface Limited extends Shares {
  readonly borrowingLimitPercent?: number
  readonly limitResponse?: { readonly type?: string; readonly queuing?: Queuing }
}
export interface LevelSpec extends JsonObject {
  readonly type?: string
  readonly limited?: Limited
  readonly exempt?: Shares
}

const SPEC = Path.root('spec')
const EXEMPT = 'exempt'
const MOST_QUEUES = 10_000_000
const MOST_HASH_BITS = 60
export function defaultLevel(object: ApiObject): ApiObject {
  const { limited, exempt, ...spec } = specOf<LevelSpec>(object)
  if (!limited && !exempt) return object
  return {
    ...object,
    spec: {
      ...spec,
      ...(limited ? { limited: defaultLimited(limited) } : {}),
      ...(exempt ? { exempt: { nominalConcurrencyShares: 0, lendablePercent: 0, ...exempt } } : {}),
    },
  }
}

function defaultLimited(limited: Limited): Limited {
  const { queuing } = limited.limitResponse ?? {}
  return {
    nominalConcurrencyShares: 30,
    lendablePercent: 0,
    ...limited,
    ...(queuing
      ? {
          limitResponse: {
            ...limited.limitResponse,
            queuing: {
              handSize: queuing.handSize || 8,
              queues: queuing.queues || 64,
              queueLengthLimit: queuing.queueLengthLimit || 50,
            },
          },
        }
      : {}),
  }
}

/** The level `exempt` may change in its shares alone, `catch-all` in nothing. */
const MANDATORY: Readonly<Record<string, LevelSpec>> = {
  [EXEMPT]: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  'catch-all': {
    type: 'Limited',
    limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
  },
}

export function validateLevel(object: ApiObject): Errors {
  const { name = '' } = object.metadata
  const spec = specOf<LevelSpec>(object)
  return [...validateSpec(spec, name), ...fixed(spec, name), ...validateConditionTypes(object), ...discriminated(spec)]
}

function validateSpec({ type = '', limited, exempt }: LevelSpec, name: string): Errors {
  const at = SPEC.child('type')
  const iff = (name === EXEMPT) === (type === 'Exempt') ? NONE : wrong(at, type, "must be 'Exempt' if and only if `name` is 'exempt'")
  switch (type) {
    case '':
      return iff
    case 'Exempt':
      return [...iff, ...(exempt ? shares(exempt, SPEC.child(EXEMPT)) : NONE)]
    case 'Limited':
      return [...iff, ...(limited ? validateLimited(limited) : NONE)]
    default:
      return [...iff, ...unsupported(at, type, ['Exempt', 'Limited'])]
  }
}

function nominal({ nominalConcurrencyShares: n }: Shares, at: Path): Errors {
  return n !== undefined && n < 0 ? wrong(at.child('nominalConcurrencyShares'), n, 'must be a non-negative integer') : NONE
}

function lendable({ lendablePercent: n }: Shares, at: Path): Errors {
  return n !== undefined && (n < 0 || n > 100) ? wrong(at.child('lendablePercent'), n, 'must be between 0 and 100, inclusive') : NONE
}

const shares = (given: Shares, at: Path): Errors => [...nominal(given, at), ...lendable(given, at)]

function validateLimited(limited: Limited): Errors {
  const at = SPEC.child('limited')
  const { borrowingLimitPercent: borrows } = limited
  return [
    ...nominal(limited, at),
    ...validateResponse(limited.limitResponse ?? {}, at.child('limitResponse')),
    ...lendable(limited, at),
    ...(borrows !== undefined && borrows < 0
      ? wrong(at.child('borrowingLimitPercent'), borrows, 'if specified, must be a non-negative integer')
      : NONE),
  ]
}

function validateResponse({ type = '', queuing }: NonNullable<Limited['limitResponse']>, at: Path): Errors {
  if (type === 'Queue') return queuing ? validateQueuing(queuing, at.child('queuing')) : NONE
  return type === '' || type === 'Reject' ? NONE : unsupported(at.child('type'), type, ['Queue', 'Reject'])
}

function validateQueuing({ queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing, at: Path): Errors {
  const hand = at.child('handSize')
  const bits = Math.ceil(Math.log2(queues) * handSize)
  return [
    ...(queueLengthLimit <= 0 ? wrong(at.child('queueLengthLimit'), queueLengthLimit, 'must be positive') : NONE),
    ...(queues <= 0
      ? wrong(at.child('queues'), queues, 'must be positive')
      : queues > MOST_QUEUES
        ? wrong(at.child('queues'), queues, `must not be greater than ${MOST_QUEUES}`)
        : NONE),
    ...(handSize <= 0
      ? wrong(hand, handSize, 'must be positive')
      : handSize > queues
        ? wrong(hand, handSize, `should not be greater than queues (${queues})`)
        : bits > MOST_HASH_BITS
          ? wrong(
              hand,
              handSize,
              `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${MOST_HASH_BITS}`,
            )
          : NONE),
  ]
}

function fixed(spec: LevelSpec, name: string): Errors {
  const wanted = Object.hasOwn(MANDATORY, name) ? MANDATORY[name] : undefined
  if (!wanted) return NONE
  const [given, except] = name === EXEMPT ? [{ ...spec, exempt: wanted.exempt }, " except the 'spec.exempt' field"] : [spec, '']
  return equalSemantic(given, wanted) ? NONE : wrong(SPEC, internal(spec), `spec of '${name}'${except} must equal the fixed value`)
}

/** What goes with a type and what does not: declared beside the fields upstream, and told last, without a word. */
function discriminated({ type = '', limited, exempt }: LevelSpec): Errors {
  const { type: response = '', queuing } = limited?.limitResponse ?? {}
  const at = SPEC.child('limited')
  return [
    ...(type === '' ? missing(SPEC.child('type')) : NONE),
    ...(exempt && type !== '' && type !== 'Exempt' ? notAllowed(SPEC.child(EXEMPT), '') : NONE),
    ...(type === 'Limited' && !limited ? missing(at) : NONE),
    ...(limited && type !== '' && type !== 'Limited' ? notAllowed(at, '') : NONE),
    ...(limited && response === '' ? missing(at.child('limitResponse', 'type')) : NONE),
    ...(response === 'Queue' && !queuing ? missing(at.child('limitResponse', 'queuing')) : NONE),
    ...(queuing && response !== '' && response !== 'Queue' ? notAllowed(at.child('limitResponse', 'queuing'), '') : NONE),
  ]
}

/** A bad value is shown as upstream's internal type. */
const internal = ({ type, limited, exempt }: LevelSpec): JsonObject => ({
  Type: type ?? '',
  Limited: limited
    ? {
        NominalConcurrencyShares: limited.nominalConcurrencyShares ?? 0,
        LimitResponse: {
          Type: limited.limitResponse?.type ?? '',
          Queuing: limited.limitResponse?.queuing
            ? {
                Queues: limited.limitResponse.queuing.queues ?? 0,
                HandSize: limited.limitResponse.queuing.handSize ?? 0,
                QueueLengthLimit: limited.limitResponse.queuing.queueLengthLimit ?? 0,
              }
            : null,
        },
        LendablePercent: limited.lendablePercent ?? null,
        BorrowingLimitPercent: limited.borrowingLimitPercent ?? null,
      }
    : null,
  Exempt: exempt
    ? { NominalConcurrencyShares: exempt.nominalConcurrencyShares ?? null, LendablePercent: exempt.lendablePercent ?? null }
    : null,
})
