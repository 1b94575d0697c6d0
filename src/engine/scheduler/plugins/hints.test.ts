import { describe, expect, it } from 'vitest'
import type { Pod } from '../../api/kinds/pod/types'
import type { JsonObject } from '../../base/json'
import { aScheduling, pendingPod } from '../../testing/aScheduling'
import { Action, matchesEvent, type ClusterEvent } from '../framework/events'
import { defaultPlugins } from './table'

const plugins = defaultPlugins(aScheduling().handle)

/** Whether the plugin would have the Pod, which it refused, tried again. */
const helps = (plugin: string, pod: ReturnType<typeof pendingPod>, event: ClusterEvent) =>
  plugins.find((p) => p.name === plugin)!.events!.some((hint) => matchesEvent(hint, event) && (hint.helps?.(pod, event) ?? true))

describe('hints', () => {
  it('NodePorts: a Pod that was promised a node holds its ports, too', () => {
    const listening = (name: string) =>
      pendingPod(name, {}, { containers: [{ name: 'c', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }] })
    const gone = (status: JsonObject): ClusterEvent => {
      const other = listening('other')
      return { resource: 'AssignedPod', action: Action.Delete, old: { ...other, status: { ...other.status, ...status } } as never }
    }
    expect(helps('NodePorts', listening('p'), gone({ nominatedNodeName: 'a' }))).toBe(true)
    expect(helps('NodePorts', listening('p'), gone({}))).toBe(false)
  })

  it('InterPodAffinity: one anti-affinity term of several kept it away', () => {
    const term = (app: string) => ({ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } })
    const apart = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('x'), term('y')] } }
    const placed = (app: string, affinity: JsonObject = {}) => pendingPod('other', {}, { nodeName: 'a', affinity }, { labels: { app } })
    const gone = (old: Pod): ClusterEvent => ({ resource: 'AssignedPod', action: Action.Delete, old })
    const shy = pendingPod('p', {}, { affinity: apart })
    expect(helps('InterPodAffinity', shy, gone(placed('x')))).toBe(true)
    expect(helps('InterPodAffinity', shy, gone(placed('z')))).toBe(false)
    expect(helps('InterPodAffinity', pendingPod('q', {}, {}, { labels: { app: 'y' } }), gone(placed('z', apart)))).toBe(true)
    const relabelled = (app: string): ClusterEvent => ({
      resource: 'AssignedPod',
      action: Action.PodLabel,
      old: placed('x'),
      new: placed(app),
    })
    expect([helps('InterPodAffinity', shy, relabelled('z')), helps('InterPodAffinity', shy, relabelled('y'))]).toEqual([true, false])
  })

  it('NodeUnschedulable: a new toleration has to be one of a cordon', () => {
    const tolerating = (key: string) => pendingPod('p', {}, { tolerations: [{ key, operator: 'Exists' }] })
    const changed = (key: string): ClusterEvent => {
      return { resource: 'UnschedulablePod', action: Action.PodToleration, old: pendingPod('p'), new: tolerating(key) }
    }
    const asked = (key: string) => helps('NodeUnschedulable', tolerating(key), changed(key))
    expect(asked('node.kubernetes.io/unschedulable')).toBe(true)
    expect(asked('example.com/other')).toBe(false)
    expect(helps('TaintToleration', tolerating('example.com/other'), changed('example.com/other'))).toBe(true)
  })

  it('VolumeBinding: a node on which other volumes are served by drivers', () => {
    const node = (migrated: string) =>
      ({ metadata: { name: 'a', annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': migrated } }, spec: {} }) as never
    const changed = (to: string): ClusterEvent => ({ resource: 'CSINode', action: Action.Update, old: node('x'), new: node(to) })
    expect([helps('VolumeBinding', pendingPod('p'), changed('x,y')), helps('VolumeBinding', pendingPod('p'), changed('x'))]).toEqual([
      true,
      false,
    ])
  })
})
