// The collections that the controllers watch and write.

import type { ApiObject } from '../api/object'

export const RESOURCES = {
  pods: '/api/v1/pods',
  nodes: '/api/v1/nodes',
  namespaces: '/api/v1/namespaces',
  persistentVolumes: '/api/v1/persistentvolumes',
  persistentVolumeClaims: '/api/v1/persistentvolumeclaims',
  replicationControllers: '/api/v1/replicationcontrollers',
  deployments: '/apis/apps/v1/deployments',
  replicaSets: '/apis/apps/v1/replicasets',
  daemonSets: '/apis/apps/v1/daemonsets',
  statefulSets: '/apis/apps/v1/statefulsets',
  controllerRevisions: '/apis/apps/v1/controllerrevisions',
  jobs: '/apis/batch/v1/jobs',
  cronJobs: '/apis/batch/v1/cronjobs',
  storageClasses: '/apis/storage.k8s.io/v1/storageclasses',
  volumeAttributesClasses: '/apis/storage.k8s.io/v1/volumeattributesclasses',
  horizontalPodAutoscalers: '/apis/autoscaling/v2/horizontalpodautoscalers',
} as const

export type Resource = keyof typeof RESOURCES

/** The collection of one namespace (of the cluster without one), or one object of it, or a subresource of that. */
export function pathIn(resource: Resource, namespace: string, name?: string, subresource?: string): string {
  const all = RESOURCES[resource]
  const at = all.lastIndexOf('/')
  const within = namespace ? `/namespaces/${namespace}` : ''
  return `${all.slice(0, at)}${within}${all.slice(at)}${name ? `/${name}` : ''}${subresource ? `/${subresource}` : ''}`
}

export function pathOf(resource: Resource, { metadata }: ApiObject, subresource?: string): string {
  return pathIn(resource, metadata.namespace ?? '', metadata.name, subresource)
}
