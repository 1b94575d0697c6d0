// ClusterTrustBundle, certificates.k8s.io/v1.
// Upstream: kubernetes pkg/registry/certificates/clustertrustbundle

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { validateBundle, validateBundleUpdate } from './validation'

export const clusterTrustBundle: Kind = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'ClusterTrustBundle',
  resource: 'clustertrustbundles',
  singular: 'clustertrustbundle',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'clustertrustbundles',
  storageVersion: 'v1beta1',
  schema: types.struct('ClusterTrustBundle'),
  nameRule: 'pathSegment',
  validate: validateBundle,
  validateUpdate: validateBundleUpdate,
  allowUnconditionalUpdate: false,
  columns: [nameColumn, ageColumn],
}
