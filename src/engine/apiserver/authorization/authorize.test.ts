import { expect, test } from 'vitest'
import { ask } from '../../testing/ask'
import { aCluster, person } from '../../testing/builders'

test('a refusal names the asker as Go quotes names', () => {
  const { body } = ask(aCluster(), person('a\u00a0\u0001b'), { method: 'GET', path: '/api/v1/pods' })
  expect((body as { message: string }).message).toBe(
    'pods is forbidden: User "a\\u00a0\\x01b" cannot list resource "pods" in API group "" at the cluster scope',
  )
})
