// A claim for which there is no volume waits for one to be made: by the provisioner of its class, which is told so by an annotation. Classes of
// providers that were once built in mean their CSI drivers. What failed is tried again after a while, with the next look at the claim.
// Leaves out: what a volume plugin of the controller itself would make (hostPath, where it is allowed to).
// Upstream: kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (provisionClaim and what it calls), csi-translation-lib

import { classOf, withAnnotations, type PersistentVolumeClaim, type StorageClass } from '../../api/kinds/persistentvolume/persistentVolumes'
import type { PartIo } from '../../base/part'
import { messageOf, objectOf, succeeded } from '../../client/answers'
import { replace } from '../../client/requests'
import { ask, type Sync } from '../../client/sync'
import { own } from '../../base/json'
import { pathOf } from '../resources'
import { Attempts } from './attempts'
import type { OwnCopies } from './ownCopies'

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
const BETA_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'

/** Provisioner that was built in → the driver that does its work now. */
const DRIVERS = {
  'kubernetes.io/aws-ebs': 'ebs.csi.aws.com',
  'kubernetes.io/azure-disk': 'disk.csi.azure.com',
  'kubernetes.io/azure-file': 'file.csi.azure.com',
  'kubernetes.io/cinder': 'cinder.csi.openstack.org',
  'kubernetes.io/gce-pd': 'pd.csi.storage.gke.io',
  'kubernetes.io/portworx-volume': 'pxd.portworx.com',
  'kubernetes.io/vsphere-volume': 'csi.vsphere.vmware.com',
} as const

export type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void

export class Provisioning {
  private readonly attempts: Attempts

  constructor(
    io: PartIo,
    private readonly claims: OwnCopies<PersistentVolumeClaim>,
  ) {
    this.attempts = new Attempts(io)
  }

  /** Asks for a volume. It never fails: what goes wrong is said of the claim. */
  *ask(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined, say: Say): Sync {
    const fail = (message: string) => say('Warning', 'ProvisioningFailed', message)
    if (!storageClass) return fail(`storageclass.storage.k8s.io ${JSON.stringify(classOf(claim))} not found`)
    const provisioner = own(DRIVERS, storageClass.provisioner) ?? storageClass.provisioner
    if (provisioner.startsWith('kubernetes.io/')) return fail(`no volume plugin matched name: ${provisioner}`)
    const { uid = '', annotations } = claim.metadata
    if (this.attempts.mustWait(uid)) return
    if (annotations?.[PROVISIONER] !== provisioner) {
      const marked = withAnnotations(claim, { [BETA_PROVISIONER]: provisioner, [PROVISIONER]: provisioner })
      const answer = yield* ask(replace(pathOf('persistentVolumeClaims', claim), marked))
      if (!succeeded(answer)) {
        this.attempts.failed(uid)
        return fail(`Error saving claim: ${messageOf(answer)}`)
      }
      this.claims.note(objectOf<PersistentVolumeClaim>(answer))
    }
    this.attempts.succeeded(uid)
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    say('Normal', 'ExternalProvisioning', message)
  }
}
