import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../base/json'
import { createRng, type Rng } from '../../base/rng'
import { WorkQueue } from '../../client/workQueue'
import { HopWindow } from '../../cluster/hopWindow'
import { ControllerManager } from '../../controllers/controllerManager'
import { Kubelet } from '../../kubelet/kubelet'
import { SchedulingQueue } from '../../scheduler/queue/schedulingQueue'
import { Scheduler } from '../../scheduler/scheduler'
import { Store } from '../../storage/store'
import { mendAll, replaced, withIo } from './broken'
import type { FaultTime } from './faults'
import { problemsOf, quietEnd } from './fuzz'
import { sharedConfigMap } from './objects'
import type { Plan } from './plan'
import { create, patch, type Step } from './steps'
import { APPS, podTemplate } from './workloads'

afterEach(mendAll)

const rng = createRng(1)
const deployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') },
}
const DEPLOYED: readonly Step[] = [create(rng, `${APPS}/deployments`, deployment)]
const aPlan = (users: Plan['users'], faults: readonly FaultTime[] = []): Plan => ({ nodes: 2, options: {}, users, faults })

/** etcd is away for the time in which the controllers write what the Deployment leads to. */
const AWAY: FaultTime = { at: 20, until: 4000, fault: { kind: 'stopped', part: 'etcd' } }
const plan = aPlan([DEPLOYED], [AWAY])
let wanted = ''
beforeAll(() => {
  wanted = quietEnd(plan)
})

/** `seed` says which replays are looked at. */
const said = (seed = 5) => problemsOf(plan, () => wanted, seed).join('\n')

describe('a cluster', () => {
  it('that is well has no problem', () => {
    for (const seed of [1, 2, 8]) expect(said(seed)).toBe('')
  })

  it('whose controllers forget what they failed at does not converge', () => {
    replaced(WorkQueue, 'addRateLimited', () => () => {})
    expect(said()).toMatch(/^does not converge:\n(- .*\n)*- Pod default\/of web/)
  })

  it('whose scheduler forgets a Pod that it found no node for does not converge', () => {
    const nodes = ['worker-1', 'worker-2'].map((name) => `/api/v1/nodes/${name}`)
    const cordoned = aPlan([
      [
        ...nodes.map((path) => patch(rng, path, { spec: { unschedulable: true } })),
        ...DEPLOYED,
        ...nodes.map((path) => patch(rng, path, { spec: { unschedulable: null } })),
      ],
    ])
    const end = quietEnd(cordoned)
    replaced(SchedulingQueue, 'fail', () => () => {})
    expect(problemsOf(cordoned, () => end, 5).join('\n')).toMatch(/^does not converge:\n(- .*\n)*- Pod default\/of web/)
  })

  it('whose store does not compare loses what one of two wrote', () => {
    const shared = aPlan(['x', 'y', 'z'].map((name) => sharedConfigMap(name, createRng(1), 2)))
    const end = quietEnd(shared)
    replaced(
      Store,
      'txn',
      (well) => (txn) => well({ ...txn, compare: txn.compare.filter((c) => !('modRevision' in c) || c.modRevision === 0) }),
    )
    expect(problemsOf(shared, () => end, 5).join('\n')).toMatch(/^does not converge:\n- ConfigMap default\/shared/)
  })

  it('that writes on when all is reached does not rest', () => {
    withIo(ControllerManager, (io) => {
      const path = '/api/v1/namespaces/default'
      const write = () => {
        const id = io.newRequestId()
        const headers = { 'content-type': 'application/merge-patch+json', accept: 'application/json' }
        const clientCertificate = { commonName: 'admin', organizations: ['system:masters'] }
        const body = { metadata: { annotations: { n: String(id) } } }
        io.send('kube-apiserver', { type: 'http.request', request: { id, method: 'PATCH', path, headers, clientCertificate, body } })
        io.after(20_000, write, { background: true })
      }
      io.after(20_000, write, { background: true })
      return {}
    })
    expect(said()).toMatch(/has converged, and \/registry\/namespaces\/default is written at hop \d+/)
  })

  it('whose kubelet speaks to etcd is found out', () => {
    withIo(Kubelet, (io) => ({
      send(to, message) {
        io.send('etcd', { type: 'etcd.call', call: io.newCall(), request: null, op: { op: 'range', key: '/registry/pods/' } })
        return io.send(to, message)
      },
    }))
    expect(said()).toMatch(/worker-\d speaks to etcd at hop \d+/)
  })

  it('whose scheduler has a chance of its own cannot be lived through again', () => {
    let started = 0
    withIo(Scheduler, () => {
      const drawn = started++
      const random: Rng = { ...createRng(1), int: (n) => drawn % n, next: () => (drawn % 2) / 2, fork: () => random }
      return { random }
    })
    expect(said(1)).toMatch(/lives otherwise a second time/)
    expect(said(8)).toMatch(/a fork/)
  })

  it('whose trace recalls other hops than it let go of is found out', () => {
    replaced(HopWindow, 'body', (well) => (index) => ({ ...well(index), other: 'yes' }))
    expect(said(2)).toMatch(/what was let go of hops \d+ to \d+ is recalled otherwise/)
  })
})
