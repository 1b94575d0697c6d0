import { expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import type { ApiObject } from '../../object'
import { validateApproval } from './validation'

it('a request is approved or denied, not both', () => {
  const decided = (...types: string[]) => {
    const conditions = types.map((type) => ({ type, status: 'True' }))
    return { metadata: { name: 'a' }, spec: {}, status: { conditions } } as unknown as ApiObject
  }
  const told = (now: ApiObject, old: ApiObject) =>
    validateApproval(now, old)
      .filter((e) => e.field === 'status.conditions')
      .map(fieldErrorText)
  expect(told(decided('Denied'), decided())).toEqual([])
  expect(told(decided('Approved', 'Denied'), decided('Approved'))).toEqual([
    'status.conditions: Invalid value: "{conditions[{\\"type\\": \\"Approved\\"}], conditions[{\\"type\\": \\"Denied\\"}]}": must specify at most one of: `conditions[{"type": "Approved"}]`, `conditions[{"type": "Denied"}]`',
  ])
})
