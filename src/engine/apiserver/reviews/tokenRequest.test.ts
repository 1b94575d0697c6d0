import { expect, it } from 'vitest'
import { aCluster } from '../../testing/builders'
import { post } from '../../testing/ask'

it('a token is not given for an account that was there before', () => {
  const cluster = aCluster()
  const accounts = '/api/v1/namespaces/default/serviceaccounts'
  post(cluster, accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'build' } })
  const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { uid: 'former' }, spec: {} }
  expect(post(cluster, `${accounts}/build/token`, request)).toMatchObject({
    status: 409,
    body: {
      message: expect.stringMatching(
        /^Operation cannot be fulfilled on TokenRequest\.authentication\.k8s\.io "build": the UID in the token request \(former\) does not match the UID of the service account \(/,
      ) as unknown,
    },
  })
})
