import { expect, it } from 'vitest'
import { isObject } from '../base/json'
import { aCluster, bootstrap } from '../testing/builders'
import { bootstrapOf } from './bootstrap'

const rulesOf = (role: string, controllerManager: boolean) =>
  bootstrapOf({ bootstrap, controllerManager })
    .clusterroles!.filter(({ metadata }) => isObject(metadata) && metadata.name === role)
    .map(({ rules }) => rules)

it('has empty aggregated ClusterRoles where no controller fills them, and their rules where one does', () => {
  expect(rulesOf('view', false)).toEqual([null])
  const [rules, ...more] = rulesOf('view', true)
  expect(more).toEqual([])
  expect(rules).toContainEqual(expect.objectContaining({ apiGroups: [''], resources: expect.arrayContaining(['pods']) }))
})

it('holds nothing that only one server could have made', () => {
  expect(JSON.stringify(bootstrap)).not.toMatch(/"(uid|resourceVersion|creationTimestamp|managedFields)"/)
})

it('has no list that no kind takes', () => {
  expect(() => aCluster({ bootstrap: { ...bootstrap, nothings: [] } })).toThrow('resource="nothings"')
})
