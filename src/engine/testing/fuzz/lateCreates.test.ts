import { expect, it } from 'vitest'
import { ONCE_BAD } from './cases'
import { live } from './fuzz'
import { lateCreates } from './lateCreates'

const { plan } = ONCE_BAD.find(({ what }) => what.startsWith('what was made and deleted is there again'))!
const namesOf = (...of: Parameters<typeof live>) => lateCreates(live(...of)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)

it('an object is there again only where a create that had been given up came through once its key was free', () => {
  expect(namesOf(plan)).toEqual(['StatefulSet u0', 'ControllerRevision u0-99b6855bf', 'Pod u0-0'])
  expect(namesOf({ ...plan, faults: [] })).toEqual([])
})

it('who asks for it again has it by right', () => {
  const [steps = []] = plan.users
  const [first] = steps
  expect(
    namesOf({
      ...plan,
      users: [
        [...steps, { do: 'wait', path: '/apis/apps/v1/namespaces/default/statefulsets/u0', field: 'metadata.name', is: 'u0' }, first!],
      ],
    }),
  ).toEqual([])
})
