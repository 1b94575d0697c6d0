import { describe, expect, it } from 'vitest'
import type { ApiObject } from '../../api/object'
import type { JsonObject } from '../../base/json'
import type { Cluster } from '../../cluster/types'
import { post } from '../../testing/ask'
import { aWholeCluster } from '../../testing/builders'
import { allowOnly, askedBy, aTemplate, erase, eventsAbout, merge, pass, podsOf, stored } from '../../testing/workloads'
import type { StatefulSet } from './types'

const SETS = '/apis/apps/v1/namespaces/default/statefulsets'
const DB = `${SETS}/db`
const labels = { app: 'db' }
const withImage = (image: string) => ({ template: { spec: { containers: [{ name: 'web', image }] } } })

function aClusterWith(spec: JsonObject, time?: number): Cluster {
  const cluster = aWholeCluster(2)
  post(cluster, SETS, {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: { serviceName: 'db', selector: { matchLabels: labels }, template: aTemplate(labels), ...spec },
  })
  // A Pod whose image is missing never comes to rest.
  if (time === undefined) cluster.run()
  else pass(cluster, time)
  return cluster
}

const db = (cluster: Cluster) => stored<StatefulSet>(cluster, 'statefulsets')[0]!
const names = (cluster: Cluster) => podsOf(cluster).map(({ metadata }) => metadata.name)
const images = (cluster: Cluster) => podsOf(cluster).map(({ spec }) => spec.containers[0]!.image)
/** Verb and Pod of each step, in order. */
const steps = (cluster: Cluster) =>
  eventsAbout(cluster, 'StatefulSet').flatMap((said) => {
    const found = /(Create|Delete) Pod (\S+) /.exec(said)
    return found ? [`${found[1]!} ${found[2]!}`] : []
  })

describe('StatefulSets', () => {
  it('give their Pods names, hosts and an index, beginning where they are told', () => {
    const cluster = aClusterWith({ replicas: 2, ordinals: { start: 3 } })
    expect(
      podsOf(cluster).map(({ metadata, spec }) => [metadata.labels!['apps.kubernetes.io/pod-index'], spec.hostname, spec.subdomain]),
    ).toEqual([
      ['3', 'db-3', 'db'],
      ['4', 'db-4', 'db'],
    ])
  })

  it('roll from the last to the partition, and become current when the rest follows', () => {
    const cluster = aClusterWith({ replicas: 3 })
    const first = db(cluster).status.currentRevision
    merge(cluster, DB, { spec: { updateStrategy: { rollingUpdate: { partition: 1 } }, ...withImage('nginx:1.28') } })
    cluster.run()
    expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.28', 'nginx:1.28'])
    expect(db(cluster).status).toMatchObject({ currentRevision: first, currentReplicas: 1, updatedReplicas: 2 })
    expect(steps(cluster).slice(3)).toEqual(['Delete db-2', 'Delete db-1'])
    merge(cluster, DB, { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } })
    cluster.run()
    expect(images(cluster)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28'])
    const { currentRevision, updateRevision, currentReplicas } = db(cluster).status
    expect([currentRevision === first, currentRevision === updateRevision, currentReplicas]).toEqual([false, true, 3])
  })

  it('below the partition come back with the old template', () => {
    const cluster = aClusterWith({ replicas: 2 })
    merge(cluster, DB, { spec: { updateStrategy: { rollingUpdate: { partition: 2 } }, ...withImage('nginx:1.28') } })
    cluster.run()
    erase(cluster, '/api/v1/namespaces/default/pods/db-1')
    cluster.run()
    expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27'])
  })

  it('with OnDelete leave old Pods until somebody deletes them', () => {
    const cluster = aClusterWith({ replicas: 2, updateStrategy: { type: 'OnDelete' } })
    merge(cluster, DB, { spec: withImage('nginx:1.28') })
    cluster.run()
    erase(cluster, '/api/v1/namespaces/default/pods/db-0')
    cluster.run()
    expect(images(cluster)).toEqual(['nginx:1.28', 'nginx:1.27'])
    expect(db(cluster).status.currentRevision).not.toBe(db(cluster).status.updateRevision)
    erase(cluster, '/api/v1/namespaces/default/pods/db-1')
    cluster.run()
    const { currentRevision, updateRevision, currentReplicas } = db(cluster).status
    expect([images(cluster), currentRevision, currentReplicas]).toEqual([['nginx:1.28', 'nginx:1.28'], updateRevision, 2])
  })

  it('in order do not make the second before the first is ready; in parallel make all at once', () => {
    const stuck = aTemplate(labels, { containers: [{ name: 'web', image: 'nope:1' }] })
    expect(names(aClusterWith({ replicas: 3, template: stuck }, 5000))).toEqual(['db-0'])
    expect(names(aClusterWith({ replicas: 3, template: stuck, podManagementPolicy: 'Parallel' }, 5000))).toEqual(['db-0', 'db-1', 'db-2'])
  })

  it('in parallel replace what is unavailable at once, down to the partition; in order nothing before it is well', () => {
    const stuck = aTemplate(labels, { containers: [{ name: 'web', image: 'nope:1' }] })
    const mended = (spec: JsonObject) => {
      const cluster = aClusterWith({ replicas: 3, template: stuck, ...spec }, 5000)
      merge(cluster, DB, { spec: withImage('nginx:1.28') })
      pass(cluster, 9000)
      return images(cluster)
    }
    expect(mended({ podManagementPolicy: 'Parallel' })).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28'])
    const updateStrategy = { rollingUpdate: { partition: 1 } }
    expect(mended({ podManagementPolicy: 'Parallel', updateStrategy })).toEqual(['nope:1', 'nginx:1.28', 'nginx:1.28'])
    expect(mended({})).toEqual(['nope:1'])
  })

  it('in parallel let what is well wait for what was unavailable', () => {
    const cluster = aClusterWith({ replicas: 3, podManagementPolicy: 'Parallel' })
    merge(cluster, DB, { spec: withImage('nope:1') })
    pass(cluster, 6000)
    expect(images(cluster)).toEqual(['nginx:1.27', 'nginx:1.27', 'nope:1'])
    merge(cluster, DB, { spec: withImage('nginx:1.28') })
    pass(cluster, 20_000)
    expect(images(cluster)).toEqual(['nginx:1.28', 'nginx:1.28', 'nginx:1.28'])
    const deleted = askedBy(cluster, 'statefulset-controller').flatMap((asked) => /^DELETE .*(db-\d)$/.exec(asked)?.[1] ?? [])
    expect(deleted).toEqual(['db-2', 'db-2', 'db-1', 'db-0'])
  })

  it('make a claim for each Pod, keep it when scaled down, and give it back', () => {
    const cluster = aClusterWith({ replicas: 2, podManagementPolicy: 'Parallel', volumeClaimTemplates: [aClaimTemplate] })
    const claims = () => stored(cluster, 'persistentvolumeclaims')
    expect(claims().map(({ metadata }) => [metadata.name, metadata.labels, metadata.ownerReferences])).toEqual([
      ['data-db-0', labels, undefined],
      ['data-db-1', labels, undefined],
    ])
    expect(podsOf(cluster)[1]!.spec.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } })
    expect(eventsAbout(cluster, 'StatefulSet')).toContain('SuccessfulCreate: Create Claim data-db-1 Pod db-1 in StatefulSet db success')
    const { uid } = claims()[1]!.metadata
    for (const replicas of [1, 2]) {
      merge(cluster, DB, { spec: { replicas } })
      cluster.run()
    }
    expect(claims()[1]!.metadata.uid).toBe(uid)
  })

  it('say nothing when the claim of a Pod that is too many cannot be written', () => {
    const cluster = aClusterWith({
      replicas: 2,
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [aClaimTemplate],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    })
    allowOnly(cluster, { apiGroups: [''], operations: ['UPDATE'], resources: ['persistentvolumeclaims'] }, 'false')
    merge(cluster, DB, { spec: { replicas: 1 } })
    pass(cluster, 10_000)
    expect([names(cluster), eventsAbout(cluster, 'StatefulSet').filter((said) => said.startsWith('FailedUpdate'))]).toEqual([
      ['db-0', 'db-1'],
      [],
    ])
  })

  it('let claims go with the set or with the number, as the retention policy says', () => {
    const cluster = aClusterWith({
      replicas: 2,
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [aClaimTemplate],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
    })
    const owners = () => stored(cluster, 'persistentvolumeclaims').map(ownerKind)
    expect(owners()).toEqual(['StatefulSet', 'StatefulSet'])
    // The claim belongs to the Pod before that is deleted, so that it goes with it.
    let ownedByPod = false
    merge(cluster, DB, { spec: { replicas: 1 } })
    cluster.run({
      until: () => {
        ownedByPod ||= owners()[1] === 'Pod' && podsOf(cluster).length === 2
        return false
      },
    })
    expect(ownedByPod).toBe(true)
    expect([names(cluster), owners()]).toEqual([['db-0'], ['StatefulSet']])
    erase(cluster, DB, { propagationPolicy: 'Foreground' })
    cluster.run()
    expect([names(cluster), owners()]).toEqual([[], []])
  })

  it('make a Pod that failed anew under its name', () => {
    const cluster = aClusterWith({ replicas: 1 })
    const { uid } = podsOf(cluster)[0]!.metadata
    merge(cluster, '/api/v1/namespaces/default/pods/db-0/status', { status: { phase: 'Failed' } })
    cluster.run()
    expect(names(cluster)).toEqual(['db-0'])
    expect(podsOf(cluster)[0]!.metadata.uid).not.toBe(uid)
    expect(steps(cluster)).toEqual(['Create db-0', 'Delete db-0'])
  })

  it('take up only orphans that bear their name', () => {
    const cluster = aWholeCluster(1)
    for (const name of ['db-0', 'other-0'])
      post(cluster, '/api/v1/namespaces/default/pods', {
        apiVersion: 'v1',
        kind: 'Pod',
        ...aTemplate({ ...labels }),
        metadata: { name, labels },
      })
    cluster.run()
    post(cluster, SETS, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: labels },
        template: aTemplate(labels),
        updateStrategy: { type: 'OnDelete' },
      },
    })
    cluster.run()
    expect(podsOf(cluster).map((pod) => [pod.metadata.name, ownerKind(pod)])).toEqual([
      ['db-0', 'StatefulSet'],
      ['other-0', undefined],
    ])
  })
})

const aClaimTemplate = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}

const ownerKind = ({ metadata }: ApiObject) => metadata.ownerReferences?.[0]?.kind
