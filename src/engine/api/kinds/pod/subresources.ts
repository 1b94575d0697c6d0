// The Pod's subresources: what each may change, and those that lead on to the kubelet.
// Leaves out: exec, attach, port-forward and proxy themselves.
// Upstream: kubernetes pkg/registry/core/pod/strategy.go, pkg/apis/core/validation (ValidatePodEphemeralContainersUpdate, ValidatePodResize)

import type { Kind, Subresource } from '../../kind'
import { specAndMetadata } from '../../managedfields/resetFields'
import { types } from '../types'
import { ephemeralContainersSubresource, resizeSubresource } from './resize'
import { validatePodStatus, withOldStatus } from './status'

const options = (kind: string) => ({ group: '', version: 'v1', kind })
const STATUS_VERBS = ['get', 'patch', 'update'] as const

const status: Subresource = {
  verbs: STATUS_VERBS,
  resets: specAndMetadata('deletionTimestamp', 'ownerReferences'),
  prepareForUpdate: withOldStatus,
  validateUpdate: validatePodStatus,
}

export const podSubresources: Kind['subresources'] = {
  status,
  attach: { verbs: ['create', 'get'], kind: options('PodAttachOptions'), connects: 'container' },
  binding: { verbs: ['create'], kind: options('Binding'), schema: types.struct('Binding') },
  ephemeralcontainers: ephemeralContainersSubresource,
  eviction: { verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, schema: types.struct('Eviction') },
  exec: { verbs: ['create', 'get'], kind: options('PodExecOptions'), connects: 'container' },
  log: { verbs: ['get'] },
  portforward: { verbs: ['create', 'get'], kind: options('PodPortForwardOptions'), connects: 'pod' },
  proxy: { verbs: ['create', 'delete', 'get', 'patch', 'update'], kind: options('PodProxyOptions'), connects: 'pod' },
  resize: resizeSubresource,
}
