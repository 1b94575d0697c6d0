// kube-controller-manager: runs the controllers, each as a client under its own service account (but for the one that makes their tokens), all on
// the same watches.
// Leaves out: losing the lead, the controllers that are not in the list below.
// Upstream: kubernetes cmd/kube-controller-manager/app/controllermanager.go

import { accountUsername } from '../api/kinds/serviceaccount/tokens'
import type { Part, PartIo } from '../base/part'
import type { Message } from '../base/wire'
import { Client } from '../client/client'
import { EventRecorder } from '../client/eventRecorder'
import { lead } from '../client/leaderElection'
import { SharedInformers } from '../client/sharedInformer'
import type { ClientApi } from '../client/types'
import type { ClusterOptions } from '../cluster/types'
import type { StartController } from './controller'
import { accountTokensController } from './accountTokens'
import { horizontalPodAutoscalerController } from './autoscaling/horizontalPodAutoscaler'
import { certificateApprover } from './certificates/approver'
import { certificateCleaner } from './certificates/cleaner'
import { certificateSigner } from './certificates/signer'
import { clusterRoleAggregation } from './clusterRoleAggregation'
import { cronJobController } from './cronjob/cronJob'
import { daemonSetController } from './daemonset/daemonSet'
import { deploymentController } from './deployment/deployment'
import { disruptionController } from './disruption/disruption'
import { endpointsController } from './endpoints/endpoints'
import { endpointSliceController } from './endpoints/endpointSlice'
import { endpointSliceMirroringController } from './endpoints/endpointSliceMirroring'
import { garbageCollector } from './garbagecollector/garbageCollector'
import { jobController } from './job/job'
import { LazyClient } from './lazyClient'
import { namespaceController } from './namespace'
import { nodeLifecycleController } from './nodes/nodeLifecycle'
import { podGarbageCollector } from './podGarbageCollector'
import { policyStatusController } from './policystatus/policyStatus'
import { replicaSetController, replicationController } from './replicaSet'
import { resourceQuotaController } from './resourceQuota'
import { rootCaPublisher } from './rootCa'
import { serviceAccountController } from './serviceAccount'
import { statefulSetController } from './statefulset/statefulSet'
import { taintEvictionController } from './taintEviction'
import { ttlController } from './ttl'
import { ttlAfterFinishedController } from './ttlAfterFinished'
import { attributesClassProtection } from './volumes/attributesClassProtection'
import { volumeBinder } from './volumes/binder'
import { claimProtectionController } from './volumes/claimProtection'
import { ephemeralVolumeController } from './volumes/ephemeral'
import { volumeProtection } from './volumes/volumeProtection'

/** Service account in kube-system, and a controller that acts under it. */
const CONTROLLERS: readonly (readonly [string, StartController])[] = [
  ['certificate-controller', certificateApprover],
  ['certificate-controller', certificateCleaner],
  ['certificate-controller', certificateSigner],
  ['clusterrole-aggregation-controller', clusterRoleAggregation],
  ['cronjob-controller', cronJobController],
  ['daemon-set-controller', daemonSetController],
  ['deployment-controller', deploymentController],
  ['disruption-controller', disruptionController],
  ['endpoint-controller', endpointsController],
  ['endpointslice-controller', endpointSliceController],
  ['endpointslicemirroring-controller', endpointSliceMirroringController],
  ['ephemeral-volume-controller', ephemeralVolumeController],
  ['generic-garbage-collector', garbageCollector],
  ['horizontal-pod-autoscaler', horizontalPodAutoscalerController],
  ['job-controller', jobController],
  ['namespace-controller', namespaceController],
  ['node-controller', nodeLifecycleController],
  ['node-controller', taintEvictionController],
  ['persistent-volume-binder', volumeBinder],
  ['pod-garbage-collector', podGarbageCollector],
  ['pvc-protection-controller', claimProtectionController],
  ['pv-protection-controller', volumeProtection],
  ['replicaset-controller', replicaSetController],
  ['replication-controller', replicationController],
  ['resourcequota-controller', resourceQuotaController],
  ['root-ca-cert-publisher', rootCaPublisher],
  ['service-account-controller', serviceAccountController],
  ['statefulset-controller', statefulSetController],
  ['ttl-after-finished-controller', ttlAfterFinishedController],
  ['ttl-controller', ttlController],
  ['validatingadmissionpolicy-status-controller', policyStatusController],
  ['volumeattributesclass-protection-controller', attributesClassProtection],
]

/** The least period of the informers' resyncs (`--min-resync-period`); it is up to twice as long by chance. */
const MIN_RESYNC_PERIOD = 12 * 3600_000

const AGENT = 'kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0000000'

export class ControllerManager implements Part {
  readonly id = 'kube-controller-manager'
  private clients: readonly ClientApi[] = []

  constructor(private readonly options: ClusterOptions) {}

  start(io: PartIo): void {
    const connect = (purpose: string) =>
      new Client(io, 'kube-apiserver', {
        credentials: { clientCertificate: { commonName: 'system:kube-controller-manager', organizations: [] } },
        userAgent: `${AGENT}/${purpose}`,
      })
    const own = connect('kube-controller-manager')
    const shared = connect('shared-informers')
    const informers = new SharedInformers(io, shared, MIN_RESYNC_PERIOD * (1 + io.random.fork('resync').next()))
    const accounts = new Map(
      CONTROLLERS.map(([account]) => [account, new LazyClient(io, own, account, `${AGENT}/${accountUsername('kube-system', account)}`)]),
    )
    const root = connect('tokens-controller')
    this.clients = [shared, own, root, ...accounts.values()]
    lead({
      io,
      client: own,
      events: new EventRecorder(io, own, { component: this.id }),
      name: this.id,
      renews: this.options.heartbeats ?? false,
      elected: () => {
        // The one that makes tokens needs none.
        accountTokensController({ io, client: root, informers, options: this.options })
        for (const [account, start] of CONTROLLERS) start({ io, client: accounts.get(account)!, informers, options: this.options })
      },
    })
  }

  receive(message: Message): void {
    for (const client of this.clients) if (client.receive(message)) return
  }

  crash(): void {
    this.clients = []
  }
}
