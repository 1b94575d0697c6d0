import { expect, it } from 'vitest'
import type { ApiObject } from '../api/object'
import { labelSelectorOf } from '../api/selectors/labelSelector'
import type { Answered, ClientRequest } from '../client/types'
import { GiveUp } from '../client/sync'
import { claim, ownerReference } from './ownership'

const labels = { app: 'web' }
const owner: ApiObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web', namespace: 'default', uid: 'set' } }
const pod = (name: string, metadata: object = {}): ApiObject => ({
  metadata: { name, namespace: 'default', uid: name, labels, ...metadata },
})
const strayed = pod('strayed', { labels: {}, ownerReferences: [ownerReference(owner)] })

function claimed(candidates: readonly ApiObject[], answer: (request: ClientRequest) => Answered) {
  const asked: string[] = []
  const adopted: Answered[] = []
  const selector = labelSelectorOf({ matchLabels: labels })!
  const claiming = claim({
    owner,
    ownerResource: 'replicaSets',
    resource: 'pods',
    selector,
    candidates,
    adopted: (a) => adopted.push(a),
  })
  try {
    let next = claiming.next([])
    while (!next.done) {
      asked.push(...next.value.map(({ method, path }) => `${method} ${path.split('/').at(-1)!}`))
      next = claiming.next(next.value.map(answer))
    }
    return { asked, adopted, got: next.value.map(({ metadata }) => metadata.name) }
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error
    return { asked, adopted, got: null }
  }
}

const answered = (status: number, body: unknown): Answered => ({ status, headers: {}, body }) as Answered

it('lets go of what its owner has lost, though the owner that is going may adopt nothing', () => {
  const going = { ...owner, metadata: { ...owner.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }
  const { asked, got } = claimed([pod('a'), pod('b'), strayed], ({ method }) => answered(200, method === 'GET' ? going : strayed))
  expect([asked, got]).toEqual([['GET web', 'PATCH strayed'], null])
})

it('tells of what it adopted, and of no more', () => {
  const body = { ...pod('a'), metadata: { ...pod('a').metadata, resourceVersion: '7' } }
  const { adopted, got } = claimed([pod('a'), strayed], ({ method }) => answered(200, method === 'GET' ? owner : body))
  expect([adopted, got]).toEqual([[answered(200, body)], ['a']])
})
