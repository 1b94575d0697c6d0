// Users of a fuzzed cluster whose Pods do more than run: sidecars, probes, deadlines, resizes, looks inside; Jobs that fail or count; claims of
// a set's Pods; autoscalers, tokens, sets that adopt, limits of a namespace. Tests only.

import type { JsonObject } from '../../base/json'
import { aPod, PODS } from '../builders'
import { aVolume, ofClass } from './objects'
import { create, patch, remove, wait, type Step } from './steps'
import { APPS, BATCH, CORE, oneIn, podTemplate, some, type Workload } from './workloads'

const inDefault = (name: string): JsonObject => ({ name, namespace: 'default' })

const SIDECAR = { name: 's', image: 'envoy', restartPolicy: 'Always' }
const exec = { exec: { command: ['true'] }, periodSeconds: 2 }

const variousPod: Workload = (name, rng) => {
  const path = `${PODS}/${name}`
  const spec = some<JsonObject>(rng, [
    { initContainers: [SIDECAR], terminationGracePeriodSeconds: 2 },
    {
      initContainers: [SIDECAR, { name: 'i', image: 'oneshot' }],
      restartPolicy: 'OnFailure',
      containers: [{ name: 'c', image: 'oneshot' }],
    },
    { containers: [{ name: 'c', image: 'nginx', readinessProbe: exec, livenessProbe: exec, startupProbe: exec }] },
    {
      containers: [{ name: 'c', image: 'nginx', lifecycle: { postStart: { exec: exec.exec }, preStop: { sleep: { seconds: 3 } } } }],
      terminationGracePeriodSeconds: 5,
    },
    { activeDeadlineSeconds: 4 + rng.int(20), terminationGracePeriodSeconds: 1 },
    {
      containers: [
        { name: 'a', image: 'nginx' },
        { name: 'b', image: 'redis' },
      ],
    },
    {
      tolerations: [{ operator: 'Exists' }],
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
      ],
    },
  ])
  const steps = [create(rng, PODS, aPod(name, spec))]
  if (oneIn(rng, 3)) steps.push(remove(rng, path))
  return steps
}

const resizedPod: Workload = (name, rng) => {
  const resources = (cpu: string): JsonObject => ({ requests: { cpu } })
  const resize = (cpu: string): Step => ({
    do: 'write',
    request: {
      method: 'PATCH',
      path: `${PODS}/${name}/resize`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { spec: { containers: [{ name: 'c', resources: resources(cpu) }] } },
    },
    done: [],
    pause: some(rng, [0, 700]),
  })
  const policy = oneIn(rng, 2) ? { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] } : {}
  const steps = [create(rng, PODS, aPod(name, { containers: [{ name: 'c', image: 'nginx', resources: resources('100m'), ...policy }] }))]
  for (let n = 1 + rng.int(3); n > 0; n--) steps.push(resize(`${100 + 100 * rng.int(5)}m`))
  return steps
}

const lookedInto: Workload = (name, rng) => {
  const look: Step = {
    do: 'write',
    request: {
      method: 'PATCH',
      path: `${PODS}/${name}/ephemeralcontainers`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { spec: { ephemeralContainers: [{ name: 'debug', image: 'busybox', targetContainerName: 'c' }] } },
    },
    done: [],
    pause: 0,
  }
  return [create(rng, PODS, aPod(name, { containers: [{ name: 'c', image: 'nginx' }] })), look]
}

const endingJob: Workload = (name, rng) => {
  const image = some(rng, ['crash', 'oneshot'])
  const template = podTemplate(name, { restartPolicy: 'Never', containers: [{ name: 'c', image }] })
  const indexed = oneIn(rng, 2) ? { completionMode: 'Indexed', completions: 2, parallelism: 2 } : {}
  const spec = { backoffLimit: image === 'crash' ? 0 : 1000, template, ...indexed }
  return [create(rng, `${BATCH}/jobs`, { apiVersion: 'batch/v1', kind: 'Job', metadata: inDefault(name), spec })]
}

const setWithClaims: Workload = (name, rng) => {
  const spec = {
    serviceName: name,
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: podTemplate(name, { containers: [{ name: 'c', image: 'nginx', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }),
    volumeClaimTemplates: [{ metadata: { name: 'v' }, spec: ofClass(name) }],
    ...(oneIn(rng, 2) ? { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' } } : {}),
  }
  const path = `${APPS}/statefulsets/${name}`
  const steps = [
    create(rng, '/api/v1/persistentvolumes', aVolume(`${name}-0`, name)),
    create(rng, '/api/v1/persistentvolumes', aVolume(`${name}-1`, name)),
    create(rng, `${APPS}/statefulsets`, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: inDefault(name), spec }),
    wait(path, 'status.readyReplicas', '2'),
  ]
  if (oneIn(rng, 2)) steps.push(patch(rng, path, { spec: { replicas: 1 } }))
  if (oneIn(rng, 3)) steps.push(remove(rng, path, some(rng, ['Background', 'Foreground'] as const)))
  return steps
}

const autoscaler: Workload = (name, rng) => {
  const min = 1 + rng.int(3)
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: inDefault(name),
    spec: { replicas: 1 + rng.int(4), selector: { matchLabels: { app: name } }, template: podTemplate(name) },
  }
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: inDefault(name),
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, minReplicas: min, maxReplicas: min },
  }
  const steps = [
    create(rng, `${APPS}/deployments`, deployment),
    create(rng, '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', scaler),
  ]
  return oneIn(rng, 2) ? steps.reverse() : steps
}

const token: Workload = (name, rng) => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...inDefault(name), annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  }
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inDefault(name) }
  const steps = [create(rng, `${CORE}/serviceaccounts`, account), create(rng, `${CORE}/secrets`, secret)]
  if (oneIn(rng, 2)) steps.push(remove(rng, `${CORE}/serviceaccounts/${name}`))
  return steps
}

/** A Pod that is there before the set that adopts it, and one that is let go of. */
const adopted: Workload = (name, rng) => {
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: inDefault(name),
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(name) },
  }
  const path = `${APPS}/replicasets/${name}`
  const steps = [create(rng, PODS, aPod(`${name}-own`, {}, { labels: { app: name } })), create(rng, `${APPS}/replicasets`, set)]
  steps.push(wait(path, 'status.readyReplicas', '2'))
  if (oneIn(rng, 2)) steps.push(patch(rng, `${PODS}/${name}-own`, { metadata: { labels: { app: 'free' } } }, [404]))
  if (oneIn(rng, 3)) steps.push(patch(rng, path, { spec: { replicas: 0 } }))
  return steps
}

const limited: Workload = (name, rng) => {
  const path = `/api/v1/namespaces/${name}`
  return [
    create(rng, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    create(rng, `${path}/limitranges`, {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name, namespace: name },
      spec: { limits: [{ type: 'Container', default: { cpu: '100m' }, defaultRequest: { cpu: '50m' } }] },
    }),
    create(rng, `/apis/apps/v1/namespaces/${name}/deployments`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: name },
      spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: podTemplate(name) },
    }),
    create(rng, `${path}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: name },
      spec: { type: some(rng, ['ClusterIP', 'NodePort']), selector: { app: name }, ports: [{ port: 80 }] },
    }),
  ]
}

export const VARIOUS: readonly Workload[] = [
  variousPod,
  variousPod,
  variousPod,
  resizedPod,
  lookedInto,
  endingJob,
  setWithClaims,
  autoscaler,
  token,
  adopted,
  limited,
]
