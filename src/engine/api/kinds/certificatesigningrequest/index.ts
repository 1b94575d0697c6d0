// CertificateSigningRequest, certificates.k8s.io/v1, with its subresources `approval` and `status`. Who asks is set by the server.
// Upstream: kubernetes pkg/registry/certificates/certificatesigningrequest/strategy.go, pkg/printers/internalversion

import type { Kind, StrategyContext } from '../../kind'
import type { ApiObject } from '../../object'
import { without } from '../../../base/without'
import { humanDuration } from '../../scalars/duration'
import { ageColumn, column, nameColumn } from '../columns'
import { keepsStatus, statusSubresource } from '../statusSubresource'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import type { CertificateSigningRequest, Condition } from './types'
import { validateApproval, validateMain, validateRequest, validateSigning } from './validation'

export type { CertificateSigningRequest } from './types'

const SIGNER_TEXT =
  'Requested signer for the request. It is a qualified name in the form: `scope-hostname.io/name`. If empty, it will be defaulted:\n 1. If it\'s a kubelet client certificate, it is assigned\n    "kubernetes.io/kube-apiserver-client-kubelet".\n 2. If it\'s a kubelet serving certificate, it is assigned\n    "kubernetes.io/kubelet-serving".\n 3. Otherwise, it is assigned "kubernetes.io/legacy-unknown".\nDistribution of trust for signers happens out of band. You can select on this field using `spec.signerName`.'
const DURATION_TEXT =
  'expirationSeconds is the requested duration of validity of the issued certificate. The certificate signer may issue a certificate with a different validity duration so a client must check the delta between the notBefore and and notAfter fields in the issued certificate to determine the actual duration.\n\nThe v1.22+ in-tree implementations of the well-known Kubernetes signers will honor this field as long as the requested duration is not greater than the maximum duration they will honor per the --cluster-signing-duration CLI flag to the Kubernetes controller manager.\n\nCertificate signers may not honor this field for various reasons:\n\n  1. Old signer that is unaware of the field (such as the in-tree\n     implementations prior to v1.22)\n  2. Signer whose configured maximum is shorter than the requested duration\n  3. Signer whose configured minimum is longer than the requested duration\n\nThe minimum valid value for expirationSeconds is 600, i.e. 10 minutes.'

const asRequest = (object: ApiObject) => object as unknown as CertificateSigningRequest

function withAsker(object: ApiObject, { user }: StrategyContext): ApiObject {
  const { name, uid, groups, extra } = user
  const spec = without({ ...asRequest(object).spec }, 'username', 'uid', 'groups', 'extra')
  return {
    ...object,
    spec: { ...spec, ...(extra ? { extra } : {}), groups: [...groups], ...(uid ? { uid } : {}), username: name },
    status: {},
  }
}

/** A condition that comes without times gets them; one that is as it was keeps the time of its transition. */
function withTimes(object: ApiObject, old: ApiObject, now: string): ApiObject {
  const { status = {} } = asRequest(object)
  if (!status.conditions) return object
  const before = asRequest(old).status?.conditions ?? []
  const conditions = status.conditions.map((c): Condition => {
    const same = before.find((b) => b.type === c.type && b.status === c.status && b.lastTransitionTime)
    return {
      ...c,
      lastUpdateTime: c.lastUpdateTime ?? now,
      lastTransitionTime: c.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    }
  })
  return { ...object, status: { ...status, conditions } }
}

function condition(object: ApiObject): string {
  const { conditions = [], certificate } = asRequest(object).status ?? {}
  const has = (type: string) => conditions.some((c) => c.type === type)
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return `${decided}${has('Failed') ? ',Failed' : ''}${certificate ? ',Issued' : ''}`
}

export const certificateSigningRequest: Kind = {
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  resource: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'certificatesigningrequests',
  schema: types.struct('CertificateSigningRequest'),
  unmanaged: true,
  nameRule: 'pathSegment',
  prepareForCreate: withAsker,
  prepareForUpdate: (object, old) => keepsStatus.prepareForUpdate({ ...object, spec: old.spec }, old),
  validate: validateRequest,
  validateUpdate: validateMain,
  fieldSelectors: { 'spec.signerName': (object) => asRequest(object).spec.signerName },
  subresources: {
    approval: {
      viewless: true,
      verbs: ['get', 'patch', 'update'],
      prepareForUpdate(object, old, { now }) {
        const { conditions } = asRequest(object).status ?? {}
        const status = { ...without({ ...asRequest(old).status }, 'conditions'), ...(conditions ? { conditions } : {}) }
        return withTimes({ ...object, spec: old.spec, status }, old, now)
      },
      validateUpdate: validateApproval,
    },
    status: {
      ...statusSubresource,
      prepareForUpdate: (object, old, { now }) => withTimes({ ...object, spec: old.spec }, old, now),
      validateUpdate: validateSigning,
    },
  },
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', SIGNER_TEXT, (o) => asRequest(o).spec.signerName),
    column('Requestor', 'Base64-encoded PKCS#10 CSR data', (o) => asRequest(o).spec.username ?? ''),
    column('RequestedDuration', DURATION_TEXT, (o) => {
      const { expirationSeconds } = asRequest(o).spec
      return expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000)
    }),
    column('Condition', 'Conditions applied to the request, such as approval or denial.', condition),
  ],
}
