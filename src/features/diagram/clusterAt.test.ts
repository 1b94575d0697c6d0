import { describe, expect, it } from 'vitest'
import { atRest, pod } from '../../stores/handMadeTrace'
import { clusterAt } from './clusterAt'

function stateOf(status: object, metadata: object = {}) {
  const made = atRest()
  const base = pod('web', 'Pending', 'worker-1')
  made.put('/registry/pods/default/web', {
    ...base,
    metadata: { ...(base.metadata as object), ...metadata },
    status: status as typeof base,
  })
  const { workers } = clusterAt(made.history, 9999)
  const { state, status: shown } = workers[0]!.pods[0]!
  return [state, shown]
}

describe('a Pod in the picture', () => {
  it('is bound until its kubelet has reported, then starting, then running', () => {
    expect(stateOf({ phase: 'Pending' })).toEqual(['bound', 'Pending'])
    const waiting = (reason: string) => ({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason } } }] })
    expect(stateOf(waiting('ContainerCreating'))).toEqual(['starting', 'ContainerCreating'])
    expect(stateOf({ phase: 'Running' })).toEqual(['running', 'Running'])
  })

  it('waits, ends, fails and goes by shape as well as by word', () => {
    expect(stateOf({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }] })).toEqual([
      'waiting',
      'ImagePullBackOff',
    ])
    expect(stateOf({ phase: 'Succeeded' })).toEqual(['succeeded', 'Succeeded'])
    expect(stateOf({ phase: 'Failed' })).toEqual(['failed', 'Failed'])
    expect(stateOf({ phase: 'Running' }, { deletionTimestamp: 'now' })).toEqual(['terminating', 'Terminating'])
  })
})

describe('etcd in the picture', () => {
  it('shows the newest Pod’s key, a node’s, and how many more there are', () => {
    const { keys, more } = clusterAt(atRest().history, 9999)
    expect(keys).toEqual(['/registry/pods/default/db', '/registry/minions/worker-1'])
    expect(more).toBe(2)
  })

  it('is read at a revision: what came later is not there yet', () => {
    const made = atRest()
    const before = made.hops.length
    expect(before).toBe(1)
    made.put('/registry/pods/default/late', pod('late', 'Running', 'worker-1'))
    const revision = made.history.list('/registry/pods/default/late', 9999)[0]!.modRevision
    expect(clusterAt(made.history, revision - 1).workers[0]!.pods).toEqual([])
    expect(clusterAt(made.history, revision).workers[0]!.pods).toHaveLength(1)
  })
})
