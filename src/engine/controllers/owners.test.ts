import { describe, expect, it } from 'vitest'
import type { Pod } from '../api/kinds/pod/types'
import type { ApiObject, JsonObject } from '../api/object'
import { labelSelectorOf } from '../api/selectors/labelSelector'
import type { InformerHandlers } from '../client/informer'
import { WorkQueue } from '../client/workQueue'
import { loneIo } from '../testing/loneIo'
import { followPods, Owners } from './owners'
import { controllerOf, ownerReference } from './ownership'
import type { Watched } from './watched'

type Set = ApiObject & { readonly spec: JsonObject }
const set = (name: string): Set => ({ apiVersion: 'apps/v1', kind: 'Set', metadata: { name, namespace: 'default', uid: name }, spec: {} })
const sets = [set('a'), set('b')]
const pod = (resourceVersion: string, owner: string | null, metadata: object = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'default', resourceVersion, ownerReferences: owner ? [ownerReference(set(owner))] : [], ...metadata },
    spec: { containers: [] },
    status: {},
  }) as unknown as Pod

/** Of which sets the handlers tell. */
function told(hear: (handlers: Required<InformerHandlers<Pod>>) => void, endsWhenGone = false): readonly string[] {
  const names: string[] = []
  let handlers: InformerHandlers<Pod> = {}
  const watched = {
    values: () => sets.values(),
    ownerOf: (object: ApiObject) => sets.find(({ metadata }) => metadata.uid === controllerOf(object)?.uid),
  } as unknown as Watched<Set>
  const pods = { listen: (given: InformerHandlers<Pod>) => (handlers = given) } as unknown as Watched<Pod>
  const selector = labelSelectorOf({ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['other'] }] })!
  const owners = new Owners(
    watched,
    'Set',
    () => selector,
    ({ metadata }) => names.push(metadata.name!),
  )
  followPods(pods, owners, new WorkQueue(loneIo(), () => {}), { endsWhenGone })
  hear(handlers as Required<InformerHandlers<Pod>>)
  return names
}

describe('of a change of a Pod hear', () => {
  it('all that may adopt it, unless it has no labels', () => {
    expect(told(({ add }) => add(pod('1', null, { labels: { app: 'web' } })))).toEqual(['a', 'b'])
    expect(told(({ add }) => add(pod('1', null)))).toEqual([])
  })

  it('the owner that it has and the one that it had, also while it is ending where that is no end yet', () => {
    const moves = (metadata: object, endsWhenGone = false) =>
      told(({ update }) => update(pod('2', 'b', metadata), pod('1', 'a')), endsWhenGone)
    expect(moves({})).toEqual(['a', 'b'])
    const ending = { deletionTimestamp: '2026-01-01T00:00:00Z' }
    expect([moves(ending), moves(ending, true)]).toEqual([['b'], ['a', 'b']])
  })
})
