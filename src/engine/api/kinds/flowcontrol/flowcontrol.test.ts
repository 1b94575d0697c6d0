import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../../object'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { defaultLevel, validateLevel } from './level'
import { validateFlowSchema } from './schema'

const named = (name: string, spec: object) => ({ metadata: { name }, spec }) as unknown as ApiObject
const levelTexts = (name: string, spec: object) => validateLevel(defaultLevel(named(name, spec))).map(fieldErrorText)
const schemaTexts = (spec: object, name = 's') =>
  validateFlowSchema(named(name, { matchingPrecedence: 5, priorityLevelConfiguration: { name: 'l' }, ...spec })).map(fieldErrorText)

describe('a priority level', () => {
  it('has what goes with its type, which is told last', () => {
    expect(levelTexts('l', { type: 'Limited', limited: { lendablePercent: 101 } })).toEqual([
      'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      'spec.limited.limitResponse.type: Required value',
    ])
    expect(levelTexts('l', { type: 'Exempt', limited: { limitResponse: { type: 'Reject' } } })).toEqual([
      "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
      'spec.limited: Forbidden',
    ])
  })
  it('deals no hand larger than its deck, nor one that a hash cannot choose', () => {
    const queue = (queuing: object) => levelTexts('l', { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing } } })
    expect(queue({})).toEqual([])
    expect(queue({ queues: 2, handSize: 5 })).toEqual([
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (2)',
    ])
    expect(queue({ queues: 1024, handSize: 7 })).toHaveLength(1)
  })
})

describe('a flow schema', () => {
  it('names subjects by their kind', () => {
    const rule = { resourceRules: [{ verbs: ['get'], apiGroups: ['*'], resources: ['*'], clusterScope: true }] }
    expect(schemaTexts({ rules: [{ ...rule, subjects: [{ kind: 'User', group: { name: 'g' } }] }] })).toEqual([
      "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
      "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
    ])
    expect(
      schemaTexts({ rules: [{ ...rule, subjects: [{ kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'n' } }] }] }),
    ).toEqual([])
  })
  it('that must be there stays as it is', () => {
    expect(schemaTexts({}, 'exempt')).toHaveLength(1)
  })
})
