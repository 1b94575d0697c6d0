import { X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CertificateSigningRequest } from '../../api/kinds/certificatesigningrequest'
import { textOfBase64 } from '../../base/base64'
import type { Cluster } from '../../cluster/types'
import { ask, get, post } from '../../testing/ask'
import { admin, aWholeCluster } from '../../testing/builders'
import { REQUESTS } from './certificateController'

/** `openssl req` for O=dev, O=ops, CN=jane, with the names DNS:jane.example.com and IP:10.0.0.1. */
const REQUEST =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlJQkdUQ0J3UUlCQURBck1Rd3dDZ1lEVlFRS0RBTmtaWFl4RERBS0JnTlZCQW9NQTI5d2N6RU5NQXNHQTFVRQpBd3dFYW1GdVpUQlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJNdjBwcGp6SGFiYUpGVU1LSW9HCjF1aU96MlREbnZHendQdHR4b0twdWpHQWcvT2EzQjVQMEdMSmRLZkZnbnJDV3Zlb0ZwdTZRM2FpN3UrMlUzckIKVTlhZ05EQXlCZ2txaGtpRzl3MEJDUTR4SlRBak1DRUdBMVVkRVFRYU1CaUNFR3BoYm1VdVpYaGhiWEJzWlM1agpiMjJIQkFvQUFBRXdDZ1lJS29aSXpqMEVBd0lEUndBd1JBSWdXcVZMT1EwT0FtV1pGaVhNc1YwdnlvNnFQVXJnCk5QNUxXd0lZMlMwbE9IMENJRDFHcVNuc1VIVnR1Q2FkRjhMUWZJS0FGNXpkSHU1eXFvNldtbXlCS1ZjUgotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K'
const JANE = `${REQUESTS}/jane`

const jane = (cluster: Cluster) => get(cluster, JANE).body as unknown as CertificateSigningRequest

/** Asked for and approved. */
function approved(more: { readonly signerName?: string; readonly usages?: readonly string[]; readonly expirationSeconds?: number } = {}) {
  const cluster = aWholeCluster(0)
  const spec = { request: REQUEST, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], ...more }
  post(cluster, REQUESTS, { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'jane' }, spec })
  const approval = { type: 'Approved', status: 'True', reason: 'Known', message: 'It is Jane.' }
  const body = { ...jane(cluster), status: { conditions: [approval] } }
  expect(ask(cluster, admin, { method: 'PUT', path: `${JANE}/approval`, body }).status).toBe(200)
  cluster.run()
  const { status } = jane(cluster)
  return { at: Date.parse(status!.conditions![0]!.lastUpdateTime!), ...status! }
}
const certificateOf = (encoded: string) => new X509Certificate(textOfBase64(encoded))

describe('a request that was approved', () => {
  it('gets a certificate for its name and key, for a year', () => {
    const { certificate, at } = approved()
    const made = certificateOf(certificate!)
    expect(made.subject).toBe('O=dev\nO=ops\nCN=jane')
    expect(made.issuer).toBe('CN=kubernetes')
    expect(made.subjectAltName).toBe('DNS:jane.example.com, IP Address:10.0.0.1')
    expect(made.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(made.ca).toBe(false)
    expect(made.publicKey.asymmetricKeyType).toBe('ec')
    const [from, to] = [Date.parse(made.validFrom), Date.parse(made.validTo)]
    expect(Math.abs(from - (at - 300_000))).toBeLessThan(2000)
    expect(to - from).toBe(8760 * 3600_000)
  })

  it('gets it for as long as it asked', () => {
    const { certificate, at } = approved({ expirationSeconds: 3600 })
    expect(Math.abs(Date.parse(certificateOf(certificate!).validTo) - (at + 3600_000))).toBeLessThan(2000)
  })

  it.each([
    [{ usages: ['client auth', 'server auth'] }, 'invalid usage for client certificate: server auth'],
    [{ usages: ['digital signature'] }, 'missing required usage for client certificate: client auth'],
    [{ signerName: 'kubernetes.io/kubelet-serving' }, 'subject organization is not system:nodes'],
  ])('fails where its signer must refuse it: %j', (more, message) => {
    const { certificate, conditions } = approved(more)
    expect(certificate).toBeUndefined()
    expect(conditions).toMatchObject([{ type: 'Approved' }, { type: 'Failed', reason: 'SignerValidationFailure', message }])
  })

  it('waits for its own signer, if that is none of Kubernetes’ own', () => {
    const { certificate, conditions } = approved({ signerName: 'example.com/mine' })
    expect(certificate).toBeUndefined()
    expect(conditions).toHaveLength(1)
  })
})
