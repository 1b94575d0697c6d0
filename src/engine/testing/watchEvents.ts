// What a watch of Pods tells. Tests only.

import type { ApiObject } from '../api/object'
import type { WatchEvent } from '../base/wire'

const pod = (name: string, resourceVersion: number): ApiObject => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { namespace: 'default', name, resourceVersion: String(resourceVersion) },
})
export const event = (type: WatchEvent['type'], name: string, resourceVersion: number): WatchEvent => ({
  type,
  object: pod(name, resourceVersion),
})
/** `initial`: all that existed at the start has been told. */
export const bookmark = (resourceVersion: number, initial = false): WatchEvent => ({
  type: 'BOOKMARK',
  object: {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { resourceVersion: String(resourceVersion), annotations: initial ? { 'k8s.io/initial-events-end': 'true' } : {} },
  },
})
