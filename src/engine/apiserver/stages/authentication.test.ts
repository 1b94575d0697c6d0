import { expect, it } from 'vitest'
import { ask } from '../../testing/ask'
import { aCluster, admin } from '../../testing/builders'

it('warns of a token behind two spaces, unless a certificate has said already who asks', () => {
  const cluster = aCluster()
  const request = { method: 'GET', path: '/api/v1/pods', headers: { authorization: 'Bearer  x' } } as const
  const warningTo = (credentials: typeof admin.credentials) => ask(cluster, { name: 'a', credentials }, request).headers.warning
  expect(warningTo({})).toBe('299 - "the provided Authorization header contains extra space before the bearer token, and is ignored"')
  expect(warningTo(admin.credentials)).toBeUndefined()
})
