import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import type { Pod } from '../../api/kinds/pod/types'
import type { ApiObject } from '../../api/object'
import { CycleState } from '../framework/cycleState'
import type { Handle } from '../framework/handle'
import type { Plugin, Status } from '../framework/interface'
import { aScheduling, pendingPod, schedulableNode } from '../../testing/aScheduling'
import { createVolumeBinding } from './volumeBinding'

const ZONE = 'topology.kubernetes.io/zone'
const inZone = (name: string, zone: string) => schedulableNode(name, { labels: { [ZONE]: zone } })
const using = (claim: string, name = 'p') => pendingPod(name, {}, { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: claim } }] })
const claim = (name: string, spec: JsonObject = {}, annotations: JsonObject = {}) => ({
  kind: 'PersistentVolumeClaim',
  metadata: { namespace: 'default', name, uid: `uid-${name}`, resourceVersion: '1', annotations },
  spec: { resources: { requests: { storage: '1Gi' } }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase: 'Pending' },
})
const bound = (name: string, volumeName: string, spec: JsonObject = {}) =>
  claim(name, { volumeName, ...spec }, { 'pv.kubernetes.io/bind-completed': 'yes' })
const volume = (name: string, spec: JsonObject = {}, labels: JsonObject = {}) => ({
  kind: 'PersistentVolume',
  metadata: { name, resourceVersion: '1', labels },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase: 'Available' },
})
const onNode = (...values: string[]) => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }] }] } },
})
const head = (s: ReturnType<typeof aScheduling>, pod: Pod) => s.schedule(pod).message.split(/\. (?:preemption: |not found)/)[0]

describe('volume plugins', () => {
  it('wait for a claim that is missing, lost or not bound', () => {
    const s = aScheduling(schedulableNode('a'))
    expect(head(s, using('none'))).toBe('0/1 nodes are available: persistentvolumeclaim "none" not found')
    s.add('persistentvolumeclaims', claim('free'), { ...claim('lost', { volumeName: 'x' }), status: { phase: 'Lost' } })
    // Said of all nodes at once: preemption is not tried, and the plugin before it misses what it would have computed.
    expect(s.schedule(using('free')).message).toBe('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found')
    expect(head(s, using('lost'))).toBe('0/1 nodes are available: persistentvolumeclaim "lost" bound to non-existent persistentvolume "x"')
    const ephemeral = pendingPod('e', {}, { volumes: [{ name: 'scratch', ephemeral: {} }] })
    expect(head(s, ephemeral)).toBe(
      '0/1 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "e-scratch"',
    )
  })

  it('go where a bound volume can be reached: by its node affinity, then by its zone', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'))
    s.add('persistentvolumes', volume('local', onNode('b')), volume('zonal', {}, { [ZONE]: 'x__z' }))
    s.add('persistentvolumeclaims', bound('near', 'local'), bound('zoned', 'zonal'), bound('orphan', 'gone'))
    expect(s.schedule(using('near')).chosen).toBe('b')
    expect(s.schedule(using('zoned')).chosen).toBe('a')
    expect([...s.schedule(using('near')).facts.rejections.values()][0]?.reasons).toEqual([
      "node(s) didn't match PersistentVolume's node affinity",
    ])
    expect([...s.schedule(using('zoned')).facts.rejections.values()][0]?.reasons).toEqual(['node(s) had no available volume zone'])
    expect(head(s, using('orphan'))).toContain('persistentvolume "gone" not found')
  })

  it('match the smallest volume for a claim that waits for its first consumer, and reserve it', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    const ofClass = { storageClassName: 'slow' }
    s.add('storageclasses', {
      metadata: { name: 'slow' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    const big = { capacity: { storage: '5Gi' } }
    s.add('persistentvolumes', volume('big', { ...ofClass, ...onNode('b'), ...big }), volume('small', { ...ofClass, ...onNode('b') }))
    s.add(
      'persistentvolumeclaims',
      claim('one', ofClass),
      claim('two', ofClass),
      claim('three', ofClass),
      claim('huge', { ...ofClass, resources: { requests: { storage: '9Gi' } } }),
    )
    expect(s.schedule(using('one')).chosen).toBe('b')
    expect(head(s, using('huge'))).toBe("0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind")
    const { framework } = s.handle
    const reserve = (pod: Pod) => {
      const state = new CycleState()
      framework.preFilter(state, pod)
      expect(framework.filter(state, pod, s.handle.cache.node('b')!)).toBeNull()
      framework.reserve(state, pod, 'b')
      framework.preBind(state, pod, 'b', () => {})
    }
    reserve(using('one', 'first'))
    reserve(using('two', 'second'))
    const written = s.requests.map(({ body }) => body as { metadata: { name: string }; spec: { claimRef: { name: string } } })
    expect(written.map((b) => `${b.metadata.name} for ${b.spec.claimRef.name}`)).toEqual(['small for one', 'big for two'])
    expect(head(s, using('three', 'third'))).toContain("2 node(s) didn't find available persistent volumes to bind")
  })

  it('hand a claim to the provisioner of its class, where the class allows it', () => {
    const s = aScheduling(inZone('a', 'x'), inZone('b', 'y'))
    s.add('storageclasses', {
      metadata: { name: 'fast' },
      provisioner: 'csi.example.com',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: ['y'] }] }],
    })
    s.add('persistentvolumeclaims', claim('data', { storageClassName: 'fast' }))
    expect(s.schedule(using('data')).chosen).toBe('b')
    s.add('csidrivers', { metadata: { name: 'csi.example.com' }, spec: { storageCapacity: true } })
    expect(head(s, using('data'))).toBe(
      "0/2 nodes are available: 1 node(s) did not have enough free storage, 1 node(s) didn't find available persistent volumes to bind",
    )
  })

  it('prefer the node whose storage would be emptier: that of the volumes that are there, or what the driver has left', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    const ofClass = { storageClassName: 'local' }
    const late = { volumeBindingMode: 'WaitForFirstConsumer' }
    s.add('storageclasses', { metadata: { name: 'local' }, provisioner: 'kubernetes.io/no-provisioner', ...late })
    s.add('storageclasses', { metadata: { name: 'fast' }, provisioner: 'csi.example.com', ...late })
    s.add('persistentvolumes', volume('exact', { ...ofClass, ...onNode('a') }))
    s.add('persistentvolumes', volume('big', { ...ofClass, ...onNode('b'), capacity: { storage: '4Gi' } }))
    s.add('persistentvolumeclaims', claim('data', ofClass), claim('new', { storageClassName: 'fast' }))
    expect(s.scores(using('data'), 'VolumeBinding')).toEqual({ a: '0 → 0', b: '75 → 75' })

    s.add('csidrivers', { metadata: { name: 'csi.example.com' }, spec: { storageCapacity: true } })
    const left = (name: string, capacity: string) => ({
      metadata: { namespace: 'default', name },
      storageClassName: 'fast',
      nodeTopology: { matchLabels: { 'kubernetes.io/hostname': name } },
      capacity,
    })
    s.add('csistoragecapacities', left('a', '10Gi'), left('b', '2Gi'))
    expect(s.scores(using('new'), 'VolumeBinding')).toEqual({ a: '90 → 90', b: '50 → 50' })
    expect(s.scores(pendingPod('p'), 'VolumeBinding')).toBeUndefined()
  })

  /** A Pod that waits for a volume on node a: `shows` is what the watches show by the time that they are asked. */
  function waiting(className: 'fast' | 'local', shows: (s: ReturnType<typeof aScheduling>, plugin: Plugin, pod: Pod) => void = () => {}) {
    const s = aScheduling(schedulableNode('a'))
    const late = { volumeBindingMode: 'WaitForFirstConsumer' }
    s.add('storageclasses', { metadata: { name: 'fast' }, provisioner: 'csi.example.com', ...late })
    s.add('storageclasses', { metadata: { name: 'local' }, provisioner: 'kubernetes.io/no-provisioner', ...late })
    s.add('persistentvolumeclaims', claim('data', { storageClassName: className }))
    s.add('persistentvolumes', volume('v', { storageClassName: 'local' }))
    const polls: (() => void)[] = []
    const shown = new Map<string, ApiObject | undefined>()
    const handle: Handle = {
      ...s.handle,
      pod: () => using('data'),
      later: (_delay, poll) => void polls.push(poll),
      lister: (resource) => {
        const { get, ...rest } = s.handle.lister(resource)
        return { ...rest, get: (namespace, name) => (shown.has(name) ? shown.get(name) : get(namespace, name)) }
      },
      request: ({ body }, done) => {
        const { metadata, ...rest } = body as unknown as ApiObject
        done({ status: 200, headers: {}, body: { metadata: { ...metadata, resourceVersion: '7' }, ...rest } as never })
      },
    }
    const plugin = createVolumeBinding(handle)
    const [pod, state] = [{ ...using('data'), spec: { ...using('data').spec, nodeName: 'a' } }, new CycleState()]
    plugin.preFilter!(state, pod)
    plugin.filter!(state, pod, handle.cache.node('a')!)
    plugin.reserve!(state, pod, 'a')
    let said: Status | null | undefined
    plugin.preBind!(state, pod, 'a', (status) => (said = status))
    shows(
      { ...s, add: (_resource, ...objects) => objects.forEach((o) => shown.set((o as unknown as ApiObject).metadata.name!, o as never)) },
      plugin,
      pod,
    )
    polls.shift()!()
    const reason = said?.reasons[0]?.replace('binding volumes: ', '')
    return said === null ? 'bound' : (reason ?? (polls.length > 0 ? 'waiting' : 'over'))
  }

  it('go on waiting while a watch has not shown what was written, and until the claim is bound', () => {
    expect(waiting('fast')).toBe('waiting')
    expect(waiting('local')).toBe('waiting')
    const seen = { ...claim('data', { storageClassName: 'fast' }, { 'volume.kubernetes.io/selected-node': 'a' }) }
    const newer = (spec: JsonObject, annotations: JsonObject) => ({
      ...seen,
      spec: { ...seen.spec, ...spec },
      metadata: { ...seen.metadata, resourceVersion: '8', annotations },
    })
    const chosen = { 'volume.kubernetes.io/selected-node': 'a', 'pv.kubernetes.io/bind-completed': 'yes' }
    expect(waiting('fast', (s) => s.add('persistentvolumeclaims', newer({ volumeName: 'unseen' }, chosen)))).toBe('waiting')
    expect(waiting('fast', (s) => s.add('persistentvolumeclaims', newer({ volumeName: 'v' }, chosen)))).toBe('bound')
    expect(waiting('fast', (s) => s.add('persistentvolumeclaims', newer({}, {})))).toBe('provisioning failed for PVC "data"')
  })

  it('end the wait when the Pod, its node or what it waits for is gone or has become another', () => {
    const at = (resourceVersion: string, spec: JsonObject) => {
      const v = volume('v', { storageClassName: 'local', claimRef: { uid: 'uid-data' }, ...spec })
      return { ...v, metadata: { ...v.metadata, resourceVersion } }
    }
    expect(waiting('local', (s) => s.handle.cache.removeNode('a'))).toBe('failed to get node "a": node "a" not found')
    expect(waiting('local', (s) => s.add('persistentvolumes', at('8', { claimRef: undefined as never })))).toBe(
      'ClaimRef got reset for pv "v"',
    )
    expect(waiting('local', (s) => s.add('persistentvolumes', at('8', onNode('b'))))).toBe(
      'pv "v" node affinity doesn\'t match node "a": no matching NodeSelectorTerms',
    )
    // Unreserved, as when the Pod was preempted: nobody waits any more.
    expect(waiting('local', (_s, plugin, pod) => plugin.unreserve!(new CycleState(), pod, 'a'))).toBe('over')
  })

  it('let one Pod use a ReadWriteOncePod claim, and one node a disk', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    s.add('persistentvolumes', volume('v'))
    s.add('persistentvolumeclaims', bound('only', 'v', { accessModes: ['ReadWriteOncePod'] }))
    s.place(using('only', 'first'), 'a')
    expect(head(s, using('only'))).toBe(
      '0/2 nodes are available: 2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
    )
    const disk = (name: string) => pendingPod(name, {}, { volumes: [{ name: 'd', gcePersistentDisk: { pdName: 'disk' } }] })
    s.place(disk('writer'), 'a')
    expect([...s.schedule(disk('p')).facts.rejections].map(([node, r]) => [node, r.reasons[0]])).toEqual([
      ['a', 'node(s) had no available disk'],
    ])
  })

  it('count the volumes of a driver against the limit of the node, attached ones too', () => {
    const s = aScheduling(schedulableNode('a'))
    const csi = (name: string) => volume(name, { csi: { driver: 'd', volumeHandle: name } })
    s.add('persistentvolumes', csi('v1'), csi('v2'), csi('v3'))
    s.add('persistentvolumeclaims', bound('c1', 'v1'), bound('c2', 'v2'))
    s.add('csinodes', { metadata: { name: 'a' }, spec: { drivers: [{ name: 'd', allocatable: { count: 2 } }] } })
    s.place(using('c1', 'first'), 'a')
    expect(s.schedule(using('c2')).chosen).toBe('a')
    s.add('volumeattachments', { metadata: { name: 'va' }, spec: { attacher: 'd', nodeName: 'a', source: { persistentVolumeName: 'v3' } } })
    expect(head(s, using('c2'))).toBe('0/1 nodes are available: 1 node(s) exceed max volume count')
    expect(s.schedule(using('c1')).chosen).toBe('a')
  })

  it('keep off a node without a driver that wants no Pods there', () => {
    const s = aScheduling(schedulableNode('a'), schedulableNode('b'))
    s.add('persistentvolumes', volume('v', { csi: { driver: 'd', volumeHandle: 'v' } }))
    s.add('persistentvolumeclaims', bound('c', 'v'))
    s.add('csinodes', { metadata: { name: 'b' }, spec: { drivers: [{ name: 'd' }] } })
    s.add('csidrivers', { metadata: { name: 'd' }, spec: { preventPodSchedulingIfMissing: true } })
    const { chosen, facts } = s.schedule(using('c'))
    expect([chosen, facts.rejections.get('a')?.reasons]).toEqual(['b', ['d CSI driver is not installed on the node']])
  })
})
