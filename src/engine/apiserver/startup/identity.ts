// What the server says of itself: its Lease, by which others know how many servers there are, and two ConfigMaps: which certificates it
// trusts, and since when it notes the use of long-lived tokens.
// Upstream: kubernetes pkg/controlplane/apiserver/server.go, pkg/controlplane/controller/{clusterauthenticationtrust,legacytokentracking}

import { CERTIFICATE } from '../../api/certificates/certificate'
import { configMap } from '../../api/kinds/configmap'
import { lease } from '../../api/kinds/lease'
import { rfc3339Micro } from '../../api/scalars/time'
import { HOST, IP, PORT, SERVER_ID } from '../address'
import { ownObject, type OwnObject } from './ownObject'

const namespace = 'kube-system'

/** `process` is another one after each start. */
export function ownLease(process: string, epochNow: number): OwnObject {
  return ownObject(lease, {
    metadata: {
      name: SERVER_ID,
      namespace,
      labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver', 'kubernetes.io/hostname': HOST },
      annotations: { 'kubernetes.io/peer-advertise-address': `${IP}:${PORT}` },
    },
    spec: { holderIdentity: `${SERVER_ID}_${process}`, leaseDurationSeconds: 3600, renewTime: rfc3339Micro(epochNow) },
  })
}

export function ownConfigMaps(today: string): readonly OwnObject[] {
  const map = (name: string, data: Readonly<Record<string, string>>) => ownObject(configMap, { metadata: { name, namespace }, data })
  return [
    map('kube-apiserver-legacy-service-account-token-tracking', { since: today }),
    map('extension-apiserver-authentication', {
      'client-ca-file': CERTIFICATE,
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-client-ca-file': CERTIFICATE,
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-username-headers': '["X-Remote-User"]',
    }),
  ]
}
