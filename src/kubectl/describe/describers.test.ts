import { describe, expect, it } from 'vitest'
import type { Effect, Json, Reply } from '../../engine/index'
import { commandProgram } from '../shell/commandProgram'
import type { ResourceInfo } from '../context'

const info = (resource: string, kind: string, group = ''): ResourceInfo => ({
  group,
  version: 'v1',
  resource,
  singular: kind.toLowerCase(),
  kind,
  namespaced: true,
  verbs: [],
})
const context = {
  namespace: 'default',
  identities: { admin: {} },
  files: {},
  serverUrl: 'https://127.0.0.1:6443',
  resources: [
    info('persistentvolumeclaims', 'PersistentVolumeClaim'),
    info('services', 'Service'),
    info('leases', 'Lease', 'coordination.k8s.io'),
    info('jobs', 'Job', 'batch'),
  ],
}
const metadata = (name: string) => ({ name, namespace: 'default', uid: 'u1', creationTimestamp: '2026-01-15T10:00:00Z' })

/** What a line prints when the server holds these bodies by path (without the query). */
function printed(line: string, bodies: Readonly<Record<string, Json>>): string {
  const program = commandProgram(line, context)()
  let out = ''
  const reply = (effect: Effect): Reply => {
    if (effect.do === 'print') out += effect.text
    if (effect.do === 'now') return { type: 'now', epoch: Date.parse('2026-01-15T10:01:00Z') }
    if (effect.do !== 'request') return { type: 'done' }
    const body = bodies[effect.request.path.split('?')[0]!]
    return { type: 'response', response: { status: body === undefined ? 404 : 200, headers: {}, ...(body === undefined ? {} : { body }) } }
  }
  for (let step = program.next(); !step.done;) step = program.next(reply(step.value))
  return out
}

describe('kubectl describe', () => {
  it('tells the conditions of a claim, and when nobody looked', () => {
    const unused = {
      type: 'Unused',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: '2026-01-15T10:00:05Z',
      reason: 'NoPods',
      message: 'none',
    }
    const text = printed('kubectl describe persistentvolumeclaim data', {
      '/api/v1/namespaces/default/pods': { items: [] },
      '/api/v1/namespaces/default/persistentvolumeclaims/data': {
        kind: 'PersistentVolumeClaim',
        metadata: metadata('data'),
        status: { conditions: [unused] },
      },
    })
    expect(text).toContain(`Used By:       <none>
Conditions:
  Type     Status  LastProbeTime                     LastTransitionTime                Reason   Message
  ----     ------  -----------------                 ------------------                ------   -------
  Unused   True    Mon, 01 Jan 0001 00:00:00 +0000   Thu, 15 Jan 2026 10:00:05 +0000   NoPods   none
`)
  })

  it('tells a Service with the addresses that are ready behind each port', () => {
    const endpoint = (address: string, ready: boolean) => ({ addresses: [address], conditions: { ready } })
    const text = printed('kubectl describe service web', {
      '/api/v1/namespaces/default/services/web': {
        kind: 'Service',
        metadata: metadata('web'),
        spec: {
          selector: { app: 'web' },
          type: 'ClusterIP',
          clusterIP: '10.96.0.9',
          ports: [{ port: 80, protocol: 'TCP', targetPort: 8080 }],
        },
      },
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices': {
        items: [{ metadata: metadata('s'), ports: [{ port: 8080 }], endpoints: [endpoint('10.0.0.1', true), endpoint('10.0.0.2', false)] }],
      },
    })
    expect(text).toContain('Selector:          app=web\n')
    expect(text).toContain('Port:              <unset>  80/TCP\n')
    expect(text).toContain('Endpoints:         10.0.0.1:8080\n')
    expect(text).toMatch(/Events: +<none>\n$/)
  })

  it('tells a Job, its Pods and its template', () => {
    const text = printed('kubectl describe job once', {
      '/apis/batch/v1/namespaces/default/jobs/once': {
        kind: 'Job',
        metadata: metadata('once'),
        spec: {
          parallelism: 1,
          completions: 3,
          completionMode: 'Indexed',
          template: { spec: { containers: [{ name: 'c', image: 'busybox' }] } },
        },
        status: { active: 1, ready: 0, succeeded: 2, completedIndexes: '0,1', startTime: '2026-01-15T10:00:00Z' },
      },
    })
    expect(text).toContain('Pods Statuses:      1 Active (0 Ready) / 2 Succeeded / 0 Failed\n')
    expect(text).toContain('Completed Indexes:  0,1\n')
    expect(text).toContain('   c:\n    Image:         busybox\n')
  })

  it('spells out every field of a kind that it has no layout for', () => {
    const text = printed('kubectl describe lease me', {
      '/apis/coordination.k8s.io/v1/namespaces/default/leases/me': {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: metadata('me'),
        spec: { holderIdentity: 'worker-1', podIPs: ['10.0.0.1'] },
      },
    })
    expect(text).toContain('API Version:  coordination.k8s.io/v1\n')
    expect(text).toContain('Spec:\n  Holder Identity:  worker-1\n  Pod I Ps:\n    10.0.0.1\n')
    expect(text).toContain('  UID:                 u1\n')
  })
})
