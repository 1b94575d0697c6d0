// The small cluster that the page opens on: two workers, two Pods that run, and a group that may read Pods.

import { FIRST_TOPOLOGY, nodeNames, type Topology } from './topology'
import { parseYaml, printYaml } from '../engine/api/yaml/yaml'
import type { Bootstrap, ClusterOptions, JsonObject } from '../engine/index'

const WEBHOOK_HOST = 'policy.example:8443'

/** What makes the server ask a webhook about each new Pod. */
export const WEBHOOK: JsonObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'policy' },
  webhooks: [
    {
      name: 'pods.policy.example',
      clientConfig: { url: `https://${WEBHOOK_HOST}/validate` },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      timeoutSeconds: 5,
    },
  ],
}

const node = (name: string) => ({ name, cpu: '4', memory: '8Gi', pods: '110' })

const pod = (name: string, image: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels: { run: name } },
  spec: { containers: [{ name, image }] },
})

const RBAC = 'rbac.authorization.k8s.io'

const objects: readonly JsonObject[] = [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'reader', namespace: 'default' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'readers', namespace: 'default' },
    subjects: [{ kind: 'Group', name: 'developers', apiGroup: RBAC }],
    roleRef: { kind: 'Role', name: 'reader', apiGroup: RBAC },
  },
  pod('db', 'postgres'),
  pod('cache', 'redis'),
]

export function pageCluster(bootstrap: Bootstrap, topology: Topology = FIRST_TOPOLOGY): ClusterOptions {
  return {
    seed: 1,
    bootstrap,
    objects,
    scheduler: true,
    controllerManager: true,
    nodes: nodeNames(topology).map(node),
    etcdMembers: topology.etcdMembers,
    webhook: { host: WEBHOOK_HOST },
    yaml: { parseYaml, printYaml },
    heartbeats: true,
  }
}
