import { describe, expect, it } from 'vitest'
import { goTemplate } from './goTemplate'
import type { PodSpec } from './types'

describe('a template in an error', () => {
  it("has Go's names, and what is not set", () => {
    const spec = {
      nodeSelector: { disk: 'ssd' },
      containers: [{ name: 'a', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { path: '/' } } }],
      volumes: [{ name: 'v', configMap: { name: 'c' } }],
    } as unknown as PodSpec
    const { labels, Spec } = goTemplate({ metadata: { labels: { app: 'a' } }, spec }) as {
      labels: object
      Spec: { Containers: object[]; [field: string]: unknown }
    }
    expect(labels).toEqual({ app: 'a' })
    expect(Spec).toMatchObject({ NodeSelector: { disk: 'ssd' }, HostPID: false, DNSPolicy: '', Affinity: null })
    expect(Spec.Volumes).toEqual([{ Name: 'v', ConfigMap: { Name: 'c' } }])
    expect(Spec.Containers[0]).toMatchObject({
      Image: '',
      Ports: [{ Name: '', HostPort: 0, ContainerPort: 80, Protocol: '', HostIP: '' }],
      LivenessProbe: { HTTPGet: { Path: '/' } },
    })
  })
})
