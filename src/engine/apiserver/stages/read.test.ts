import { expect, it } from 'vitest'
import { ask } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/default/leases/a'

// Upstream: apiserver pkg/storage/etcd3/store.go (GuaranteedUpdate), pkg/storage/interfaces.go (Preconditions.Check)
it('creates nothing for a PUT that names the uid of what is gone', () => {
  const cluster = aCluster()
  const put = (uid?: string) =>
    ask(cluster, admin, { method: 'PUT', path: LEASE, body: { metadata: { name: 'a', ...(uid ? { uid } : {}) } } })
  expect(put('b0a1').body).toMatchObject({
    code: 409,
    message:
      'Operation cannot be fulfilled on leases.coordination.k8s.io "a": StorageError: invalid object, Code: 4, Key: /registry/leases/default/a, ' +
      'ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: b0a1, UID in object meta: ',
  })
  expect(put().status).toBe(201)
})
