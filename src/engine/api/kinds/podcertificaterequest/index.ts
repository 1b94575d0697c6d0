// PodCertificateRequest, certificates.k8s.io/v1.
// Upstream: kubernetes pkg/registry/certificates/podcertificaterequest

import type { Kind } from '../../kind'
import { ageColumn, nameColumn } from '../columns'
import { keepsStatus, statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

export const podCertificateRequest: Kind = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'PodCertificateRequest',
  resource: 'podcertificaterequests',
  singular: 'podcertificaterequest',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'podcertificaterequests',
  storageVersion: 'v1beta1',
  schema: types.struct('PodCertificateRequest'),
  allowUnconditionalUpdate: false,
  ...keepsStatus,
  subresources: { status: statusSubresource },
  columns: [nameColumn, ageColumn],
}
