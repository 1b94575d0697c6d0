// Short names for what tests need: clusters, identities, objects. Tests and the benchmark only.

import type { ApiObject } from '../api/object'
import type { JsonObject } from '../base/json'
import type { Credentials } from '../client/program'
import { createCluster } from '../cluster/cluster'
import type { Bootstrap, Cluster, ClusterOptions, NodeSpec } from '../cluster/types'
import bootstrapData from '../data/bootstrap.json'

export const bootstrap = bootstrapData as unknown as Bootstrap

/** A cluster of etcd and an API server alone, at rest, with what `options` adds. */
export function aCluster(options: Partial<ClusterOptions> = {}): Cluster {
  return createCluster({ seed: 1, bootstrap, ...options })
}

/** With scheduler, controllers and `nodes` workers. */
export function aWholeCluster(nodes = 2, options: Partial<ClusterOptions> = {}): Cluster {
  return aCluster({ scheduler: true, controllerManager: true, nodes: Array.from({ length: nodes }, (_, i) => aNode(i + 1)), ...options })
}

/** `worker-<n>`. */
export function aNode(n: number, spec: Partial<NodeSpec> = {}): NodeSpec {
  return { name: `worker-${n}`, cpu: '4', memory: '8Gi', pods: '110', ...spec }
}

export interface Identity {
  readonly name: string
  readonly credentials: Credentials
}

/** A person with a client certificate. */
export function person(name: string, ...groups: string[]): Identity {
  return { name, credentials: { clientCertificate: { commonName: name, organizations: groups } } }
}

export const admin = person('admin', 'system:masters')

export function aPod(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): ApiObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', ...metadata },
    spec: { containers: [{ name, image: 'nginx' }], ...spec },
  }
}

export function aConfigMap(name: string, data: Readonly<Record<string, string>> = {}): ApiObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data }
}

export const PODS = '/api/v1/namespaces/default/pods'
export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'

/** An IPAddress that belongs to no Service. */
export const aForeignAddress = (name: string): ApiObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: { name },
  spec: { parentRef: { resource: 'gateways', group: 'example.com', name: 'g' } },
})
