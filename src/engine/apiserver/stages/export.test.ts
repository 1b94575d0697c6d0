import { expect, it } from 'vitest'
import { aConfigMap, aCluster, CONFIG_MAPS } from '../../testing/builders'
import { get, post } from '../../testing/ask'

it('an object is not exported any more, and its collection never was', () => {
  const cluster = aCluster()
  post(cluster, CONFIG_MAPS, aConfigMap('a'))
  expect(get(cluster, `${CONFIG_MAPS}/a?export=true`)).toMatchObject({
    status: 400,
    body: { message: 'the export parameter, deprecated since v1.14, is no longer supported' },
  })
  expect(get(cluster, `${CONFIG_MAPS}/a?export=false`).status).toBe(200)
  expect(get(cluster, `${CONFIG_MAPS}?export=true`).status).toBe(200)
})
