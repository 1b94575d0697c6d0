// Users of a fuzzed cluster with single objects: Pods, ConfigMaps, owners, finalizers, namespaces, claims, resources and webhooks of their
// own. What is left in the end is the same however often a step failed. Tests only.

import type { JsonObject } from '../../base/json'
import { create, patch, remove, wait, type Step } from './steps'
import { APPS, CORE, podTemplate, type Workload } from './workloads'

const PODS = `${CORE}/pods`
const CONFIG_MAPS = `${CORE}/configmaps`

/** The host of webhooks, in a cluster that has one. */
export const WEBHOOK_HOST = 'hooks.example:8443'

const aPod = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
})

const aConfigMap = (name: string, more: JsonObject = {}, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
  ...more,
})

export const pod: Workload = (name, rng) => {
  const path = `${PODS}/${name}`
  const kinds: readonly (() => Step[])[] = [
    () => [create(rng, PODS, aPod(name))],
    () => [create(rng, PODS, aPod(name, { terminationGracePeriodSeconds: 1 }))],
    () => [create(rng, PODS, aPod(name, { restartPolicy: 'OnFailure', containers: [{ name: 'c', image: 'oneshot' }] }))],
    () => [create(rng, PODS, aPod(name, { initContainers: [{ name: 'i', image: 'oneshot' }] }))],
    () => [create(rng, PODS, aPod(name, { nodeSelector: { no: 'where' } }))],
    () => [create(rng, PODS, aPod(name, { containers: [{ name: 'c', image: 'nope' }] })), withImage(path)],
    () => [create(rng, PODS, aPod(name, { schedulingGates: [{ name: 'x.io/g' }] })), patch(rng, path, { spec: { schedulingGates: null } })],
    () => [create(rng, PODS, aPod(name, { containers: [LOOKED_AT] }))],
    () => [
      create(rng, PODS, aPod(name, { containers: [reading(name)] })),
      create(rng, CONFIG_MAPS, aConfigMap(name, { data: { k: 'v' } })),
    ],
  ]
  const steps = kinds[rng.int(kinds.length)]!()
  if (rng.int(3) === 0) steps.push(patch(rng, path, { metadata: { labels: { seen: 'yes' } } }))
  if (rng.int(2) === 0) steps.push(remove(rng, path))
  return steps
}

/** Of one container; the others, and what was added to it, stay. */
const withImage = (path: string): Step => ({
  do: 'write',
  request: { method: 'PATCH', path, headers: { 'content-type': 'application/strategic-merge-patch+json' }, body: IMAGE },
  done: [],
  pause: 0,
})
const IMAGE = { spec: { containers: [{ name: 'c', image: 'nginx' }] } }
const LOOKED_AT = { name: 'c', image: 'nginx', readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 20 } }
const reading = (configMap: string): JsonObject => ({ name: 'c', image: 'nginx', envFrom: [{ configMapRef: { name: configMap } }] })

export const configMap: Workload = (name, rng) => {
  const steps = [create(rng, CONFIG_MAPS, aConfigMap(name, { data: { n: '0' } }))]
  for (let n = rng.int(4); n > 0; n--) steps.push(patch(rng, `${CONFIG_MAPS}/${name}`, { data: { n: String(n), [`k${n}`]: 'v' } }))
  if (rng.int(3) === 0) steps.push(remove(rng, `${CONFIG_MAPS}/${name}`))
  return steps
}

/** All who share it add keys of their own, and none may be lost. */
export const sharedConfigMap: Workload = (name, rng) => {
  const path = `${CONFIG_MAPS}/shared`
  const keys = Array.from({ length: 2 + rng.int(4) }, (_, i): Step => ({ do: 'add', path, key: `${name}-${i}` }))
  return [create(rng, CONFIG_MAPS, aConfigMap('shared')), ...keys]
}

export const finalizer: Workload = (name, rng) => {
  const path = `${CONFIG_MAPS}/${name}`
  const steps = [
    create(rng, CONFIG_MAPS, aConfigMap(name, {}, { finalizers: ['example.com/hold'] })),
    remove(rng, path),
    patch(rng, path, { metadata: { labels: { going: 'yes' } } }),
  ]
  if (rng.int(2) === 0) steps.push(patch(rng, path, { metadata: { finalizers: null } }, [404]), wait(path, 'gone', ''))
  return steps
}

/** A ReplicaSet that is deleted before its Pods, after them, or without them. */
export const owner: Workload = (name, rng) => {
  const policy = (['Background', 'Foreground', 'Orphan'] as const)[rng.int(3)]!
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: podTemplate(name),
    },
  }
  const path = `${APPS}/replicasets/${name}`
  const steps = [create(rng, `${APPS}/replicasets`, set), wait(path, 'status.readyReplicas', '2')]
  if (rng.int(2) === 0) steps.push(patch(rng, path, { spec: { replicas: 1 } }), wait(path, 'status.readyReplicas', '1'))
  return [...steps, remove(rng, path, policy), wait(path, 'gone', '')]
}

export const namespace: Workload = (name, rng) => {
  const path = `/api/v1/namespaces/${name}`
  const inIt = (object: JsonObject): JsonObject => ({ ...object, metadata: { ...(object.metadata as JsonObject), namespace: name } })
  const steps = [
    create(rng, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    create(rng, `${path}/configmaps`, inIt(aConfigMap('c'))),
    create(rng, `${path}/pods`, inIt(aPod('p', { terminationGracePeriodSeconds: 1 }))),
  ]
  if (rng.int(3) > 0) steps.push(remove(rng, path))
  return steps
}

/** A volume of a class, and what a claim of one asks for. */
export const aVolume = (name: string, storageClassName: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName,
    hostPath: { path: '/data' },
  },
})
export const ofClass = (storageClassName: string): JsonObject => ({
  accessModes: ['ReadWriteOnce'],
  storageClassName,
  resources: { requests: { storage: '1Gi' } },
})

export const claim: Workload = (name, rng) => {
  const wanted = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: ofClass(name),
  }
  const mounts = { name: 'c', image: 'nginx', volumeMounts: [{ name: 'v', mountPath: '/v' }] }
  const user = aPod(name, {
    terminationGracePeriodSeconds: 1,
    containers: [mounts],
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName: name } }],
  })
  const steps = [
    create(rng, '/api/v1/persistentvolumes', aVolume(name, name)),
    create(rng, `${CORE}/persistentvolumeclaims`, wanted),
    create(rng, PODS, user),
  ]
  if (rng.int(2) === 0) steps.reverse()
  // The claim stays as long as a Pod uses it.
  if (rng.int(3) === 0)
    steps.push(
      wait(`${CORE}/persistentvolumeclaims/${name}`, 'status.phase', 'Bound'),
      remove(rng, `${CORE}/persistentvolumeclaims/${name}`),
      remove(rng, `${PODS}/${name}`),
    )
  return steps
}

export const customResource: Workload = (name, rng) => {
  const group = `${name}.example.com`
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } } } } },
        },
      ],
    },
  }
  const widgets = `/apis/${group}/v1/namespaces/default/widgets`
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const steps = [
    create(rng, definitions, definition),
    create(rng, widgets, { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name, namespace: 'default' }, spec: { n: 1 } }),
    patch(rng, `${widgets}/${name}`, { spec: { n: 2 } }),
  ]
  if (rng.int(3) === 0) steps.push(remove(rng, `${definitions}/widgets.${group}`))
  return steps
}

/** Its own ConfigMaps are looked at by a webhook. */
export const webhook: Workload = (name, rng) => {
  const hook = {
    name: `${name}.example.com`,
    clientConfig: { url: `https://${WEBHOOK_HOST}/${name}` },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['*'], resources: ['configmaps'] }],
    objectSelector: { matchLabels: { user: name } },
    failurePolicy: rng.int(3) === 0 ? 'Ignore' : 'Fail',
    sideEffects: 'None',
    timeoutSeconds: 1 + rng.int(5),
    admissionReviewVersions: ['v1'],
  }
  const kind = rng.int(2) === 0 ? 'ValidatingWebhookConfiguration' : 'MutatingWebhookConfiguration'
  const path = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`
  const steps = [
    create(rng, path, { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks: [hook] }),
    create(rng, CONFIG_MAPS, aConfigMap(name, { data: { n: '0' } }, { labels: { user: name } })),
  ]
  for (let n = 1 + rng.int(3); n > 0; n--) steps.push(patch(rng, `${CONFIG_MAPS}/${name}`, { data: { n: String(n) } }))
  if (rng.int(2) === 0) steps.push(remove(rng, `${path}/${name}`))
  return steps
}

/** Keeps Pods away from a node for a while, or for good. */
export const cordon: Workload = (_name, rng, nodes) => {
  const path = `/api/v1/nodes/worker-${1 + rng.int(nodes)}`
  return [patch(rng, path, { spec: { unschedulable: true } }), patch(rng, path, { spec: { unschedulable: null } })]
}

/** Writes nothing: its streams are looked at afterwards. */
export const watcher: Workload = (_name, rng) => {
  const paths = [
    PODS,
    CONFIG_MAPS,
    '/api/v1/pods',
    `${PODS}?fieldSelector=spec.nodeName%3Dworker-1`,
    `${PODS}?labelSelector=seen%3Dyes`,
    `${CORE}/events`,
    `${APPS}/deployments`,
    '/api/v1/nodes',
  ]
  return [{ do: 'watch', path: paths[rng.int(paths.length)]!, streams: 4 + rng.int(6), seconds: 1 + rng.int(9) }]
}
