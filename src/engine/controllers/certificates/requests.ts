// CertificateSigningRequests as their controllers read them.
// Upstream: kubernetes pkg/controller/certificates/certificate_controller_utils.go

import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'

export const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

export const isDecided = ({ status }: CertificateSigningRequest): boolean =>
  (status?.conditions ?? []).some(({ type }) => type === 'Approved' || type === 'Denied')
