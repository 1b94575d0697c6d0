import { describe, expect, it } from 'vitest'
import { fieldErrorText } from '../../errors/fieldErrorText'
import { Path } from '../../validation/rules'
import { defaultPodSpec } from './defaults'
import type { Pod, PodSpec } from './types'
import { validatePodUpdate } from './update'
import { validatePodSpec } from './validation'

const web = { name: 'web', image: 'nginx:1.27' }
const defaulted = (more: object) => defaultPodSpec({ containers: [web], ...more } as unknown as PodSpec)
const texts = (more: object) => validatePodSpec(defaulted(more), Path.root('spec')).map(fieldErrorText)
const pod = (more: object) => ({ metadata: { name: 'web' }, spec: defaulted(more), status: {} }) as unknown as Pod

describe('rules of a Pod', () => {
  it('start no init container anew for a resize, unless it is a sidecar', () => {
    const init = { name: 'init', image: 'busybox', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }
    expect(texts({ initContainers: [init] })).toEqual([
      'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ])
    expect(texts({ initContainers: [{ ...init, restartPolicy: 'Always' }] })).toEqual([])
  })

  it('want each pair of topology and strictness once', () => {
    const spread = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }
    expect(texts({ topologySpreadConstraints: [spread, { ...spread, maxSkew: 0 }] })).toEqual([
      'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{zone, DoNotSchedule}"',
      'spec.topologySpreadConstraints[1].maxSkew: Invalid value: 0: must be greater than zero',
    ])
  })

  it('want name servers where the cluster gives none', () => {
    expect(texts({ dnsPolicy: 'None' })).toEqual(['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'])
    expect(texts({ dnsPolicy: 'None', dnsConfig: { nameservers: ['10.0.0.1'] } })).toEqual([])
  })

  it('give a port of the host to one container', () => {
    const ports = [{ containerPort: 80, hostPort: 8080 }]
    expect(
      texts({
        containers: [
          { ...web, ports },
          { ...web, name: 'b', ports },
        ],
      }),
    ).toEqual(['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//8080"'])
  })

  it('keep paths within their volume', () => {
    const volumes = [{ name: 'cfg', configMap: { name: 'a', items: [{ key: 'a', path: '../a', mode: 512 }] } }]
    expect(texts({ volumes })).toEqual([
      'spec.volumes[0].configMap.items[0].path: Invalid value: "../a": must not contain \'..\'',
      'spec.volumes[0].configMap.items[0].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
    ])
  })

  it('let a sleep last no longer than the grace period', () => {
    const sleeping = (seconds: number) => ({ containers: [{ ...web, lifecycle: { preStop: { sleep: { seconds } } } }] })
    expect(texts(sleeping(30))).toEqual([])
    expect(texts(sleeping(31))).toHaveLength(1)
    expect(texts({ ...sleeping(31), terminationGracePeriodSeconds: 60 })).toEqual([])
  })
})

describe('a Pod behind its gates', () => {
  const gated = pod({ schedulingGates: [{ name: 'a' }, { name: 'b' }], nodeSelector: { disk: 'ssd' } })
  const errors = (more: object) => validatePodUpdate(pod(more), gated).map((e) => e.field)

  it('may lose gates, but not get another', () => {
    expect(errors({ schedulingGates: [{ name: 'b' }], nodeSelector: { disk: 'ssd' } })).toEqual([])
    expect(errors({ schedulingGates: [{ name: 'c' }], nodeSelector: { disk: 'ssd' } })).toEqual(['spec.schedulingGates[0].name'])
  })

  it('may be narrowed to fewer nodes, never to others', () => {
    expect(errors({ schedulingGates: gated.spec.schedulingGates, nodeSelector: { disk: 'ssd', zone: 'a' } })).toEqual([])
    expect(errors({ schedulingGates: gated.spec.schedulingGates, nodeSelector: { zone: 'a' } })).toEqual(['spec.nodeSelector'])
  })
})
