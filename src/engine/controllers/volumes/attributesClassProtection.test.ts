import { expect, it } from 'vitest'
import type { ApiObject } from '../../api/object'
import { get, post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { erase } from '../../testing/workloads'

const CLASSES = '/apis/storage.k8s.io/v1/volumeattributesclasses'
const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'

it('keeps a class of attributes until no claim names it', () => {
  const cluster = aWholeCluster(0)
  const run = () => cluster.run({ for: 10_000 })
  const aClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttributesClass',
    driverName: 'csi.example.com',
    parameters: { iops: '1' },
  }
  for (const name of ['gold', 'silver']) post(cluster, CLASSES, { ...aClass, metadata: { name } })
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeAttributesClassName: 'gold' }
  expect(post(cluster, CLAIMS, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec }).status).toBe(201)
  run()
  const found = (name: string) => get(cluster, `${CLASSES}/${name}`)
  expect((found('gold').body as unknown as ApiObject).metadata.finalizers).toEqual(['kubernetes.io/vac-protection'])
  for (const name of ['gold', 'silver']) erase(cluster, `${CLASSES}/${name}`)
  run()
  expect([found('gold').status, found('silver').status]).toEqual([200, 404])
  erase(cluster, `${CLAIMS}/c`)
  run()
  expect(found('gold').status).toBe(404)
})
