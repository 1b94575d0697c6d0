// CSIDriver, storage.k8s.io/v1. No driver is modelled: it is only stored.
// Upstream: kubernetes pkg/registry/storage/csidriver, pkg/apis/storage/validation (ValidateCSIDriver)

import { equalJson } from '../../../base/equal'
import type { Kind } from '../../kind'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { each, NONE, oneOf, Path, repeated, wrong, type Errors } from '../../validation/rules'
import { withFields } from '../../../base/without'
import { ageColumn, boolean, column, nameColumn } from '../columns'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'

interface Spec extends JsonObject {
  readonly attachRequired?: boolean
  readonly podInfoOnMount?: boolean
  readonly storageCapacity?: boolean
  readonly fsGroupPolicy?: string
  readonly tokenRequests?: readonly { readonly audience?: string; readonly expirationSeconds?: number }[]
  readonly requiresRepublish?: boolean
  readonly volumeLifecycleModes?: readonly string[]
  readonly nodeAllocatableUpdatePeriodSeconds?: number | bigint
  readonly serviceAccountTokenInSecrets?: boolean
}

const AT = Path.root('spec')
const MODES = ['Persistent', 'Ephemeral']
const DEFAULTS: Spec = {
  attachRequired: true,
  podInfoOnMount: false,
  storageCapacity: false,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  volumeLifecycleModes: ['Persistent'],
  requiresRepublish: false,
  seLinuxMount: false,
  preventPodSchedulingIfMissing: false,
}
const SHORTEST_TOKEN = 600
const LONGEST_TOKEN = 2 ** 32
const SHORTEST_PERIOD = 10
const TOKENS_SHOWN =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes'

function validate(object: ApiObject): Errors {
  const spec = specOf<Spec>(object)
  const period = spec.nodeAllocatableUpdatePeriodSeconds
  const place = AT.child('serviceAccountTokenInSecrets')
  return [
    ...oneOf(spec.fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType'], AT.child('fsGroupPolicy')),
    ...tokens(spec.tokenRequests, AT.child('tokenRequests')),
    ...(spec.volumeLifecycleModes ?? []).flatMap((mode) => oneOf(mode, MODES, AT.child('volumeLifecycleModes'))),
    ...(period !== undefined && period < SHORTEST_PERIOD
      ? wrong(AT.child('nodeAllocatableUpdatePeriodSeconds'), period, 'must be greater than or equal to 10 seconds')
      : NONE),
    ...(spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length
      ? wrong(place, spec.serviceAccountTokenInSecrets, 'serviceAccountTokenInSecrets is set but no tokenRequests are specified')
      : NONE),
  ]
}

function tokens(list: Spec['tokenRequests'], at: Path): Errors {
  const audiences = new Set<string>()
  return each(list, at, ({ audience = '', expirationSeconds: seconds = SHORTEST_TOKEN }, place) => {
    if (audiences.has(audience)) return repeated(place.child('audience'), audience)
    audiences.add(audience)
    const lasts = place.child('expirationSeconds')
    if (seconds < SHORTEST_TOKEN) return wrong(lasts, seconds, 'may not specify a duration less than 10 minutes')
    return seconds > LONGEST_TOKEN ? wrong(lasts, seconds, 'may not specify a duration larger than 2^32 seconds') : NONE
  })
}

export const csiDriver: Kind = {
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  resource: 'csidrivers',
  singular: 'csidriver',
  namespaced: false,
  verbs: ALL_VERBS,
  storage: 'csidrivers',
  schema: types.struct('CSIDriver'),
  allowUnconditionalUpdate: false,
  returnsDeletedObject: true,
  /** None until its spec is changed. */
  prepareForUpdate: (object, old) =>
    equalJson(object.spec, old.spec)
      ? object
      : { ...object, metadata: withFields(object.metadata, { generation: (old.metadata.generation ?? 0) + 1 }) },
  defaults: (object) => ({ ...object, spec: { ...DEFAULTS, ...specOf<Spec>(object) } }),
  validate,
  warnings: (object, old) => {
    const { tokenRequests = [], serviceAccountTokenInSecrets } = specOf<Spec>(object)
    const unchanged = old !== null && equalJson(tokenRequests, specOf<Spec>(old).tokenRequests ?? [])
    return tokenRequests.length > 0 && serviceAccountTokenInSecrets === undefined && !unchanged ? [TOKENS_SHOWN] : []
  },
  validateUpdate: (object, old) => [
    ...validate(object),
    ...(['attachRequired', 'volumeLifecycleModes'] as const).flatMap((field) =>
      equalJson(specOf<Spec>(object)[field], specOf<Spec>(old)[field])
        ? NONE
        : wrong(AT.child(field === 'attachRequired' ? 'attachedRequired' : field), specOf<Spec>(object)[field], 'field is immutable'),
    ),
  ],
  columns: [
    nameColumn,
    column(
      'AttachRequired',
      'attachRequired indicates this CSI volume driver requires an attach operation (because it implements the CSI ControllerPublishVolume() method), and that the Kubernetes attach detach controller should call the attach volume interface which checks the volumeattachment status and waits until the volume is attached before proceeding to mounting. The CSI external-attacher coordinates with CSI volume driver and updates the volumeattachment status when the attach operation is complete. If the value is specified to false, the attach operation will be skipped. Otherwise the attach operation will be called.\n\nThis field is immutable.',
      (o) => specOf<Spec>(o).attachRequired ?? true,
      boolean,
    ),
    column(
      'PodInfoOnMount',
      'podInfoOnMount indicates this CSI volume driver requires additional pod information (like podName, podUID, etc.) during mount operations, if set to true. If set to false, pod information will not be passed on mount. Default is false.\n\nThe CSI driver specifies podInfoOnMount as part of driver deployment. If true, Kubelet will pass pod information as VolumeContext in the CSI NodePublishVolume() calls. The CSI driver is responsible for parsing and validating the information passed in as VolumeContext.\n\nThe following VolumeContext will be passed if podInfoOnMount is set to true. This list might grow, but the prefix will be used. "csi.storage.k8s.io/pod.name": pod.Name "csi.storage.k8s.io/pod.namespace": pod.Namespace "csi.storage.k8s.io/pod.uid": string(pod.UID) "csi.storage.k8s.io/ephemeral": "true" if the volume is an ephemeral inline volume\n                                defined by a CSIVolumeSource, otherwise "false"\n\n"csi.storage.k8s.io/ephemeral" is a new feature in Kubernetes 1.16. It is only required for drivers which support both the "Persistent" and "Ephemeral" VolumeLifecycleMode. Other drivers can leave pod info disabled and/or ignore this field. As Kubernetes 1.15 doesn\'t support this field, drivers can only support one mode when deployed on such a cluster and the deployment determines which mode that is, for example via a command line parameter of the driver.\n\nThis field was immutable in Kubernetes < 1.29 and now is mutable.',
      (o) => specOf<Spec>(o).podInfoOnMount ?? false,
      boolean,
    ),
    column(
      'StorageCapacity',
      'storageCapacity indicates that the CSI volume driver wants pod scheduling to consider the storage capacity that the driver deployment will report by creating CSIStorageCapacity objects with capacity information, if set to true.\n\nThe check can be enabled immediately when deploying a driver. In that case, provisioning new volumes with late binding will pause until the driver deployment has published some suitable CSIStorageCapacity object.\n\nAlternatively, the driver can be deployed with the field unset or false and it can be flipped later when storage capacity information has been published.\n\nThis field was immutable in Kubernetes <= 1.22 and now is mutable.',
      (o) => specOf<Spec>(o).storageCapacity ?? false,
      boolean,
    ),
    column(
      'TokenRequests',
      'tokenRequests indicates the CSI driver needs pods\' service account tokens it is mounting volume for to do necessary authentication. Kubelet will pass the tokens in VolumeContext in the CSI NodePublishVolume calls. The CSI driver should parse and validate the following VolumeContext: "csi.storage.k8s.io/serviceAccount.tokens": {\n  "<audience>": {\n    "token": <token>,\n    "expirationTimestamp": <expiration timestamp in RFC3339>,\n  },\n  ...\n}\n\nNote: Audience in each TokenRequest should be different and at most one token is empty string. To receive a new token after expiry, RequiresRepublish can be used to trigger NodePublishVolume periodically.',
      (o) =>
        specOf<Spec>(o)
          .tokenRequests?.map((t) => t.audience ?? '')
          .join(',') ?? '<unset>',
    ),
    column(
      'RequiresRepublish',
      'requiresRepublish indicates the CSI driver wants `NodePublishVolume` being periodically called to reflect any possible change in the mounted volume. This field defaults to false.\n\nNote: After a successful initial NodePublishVolume call, subsequent calls to NodePublishVolume should only update the contents of the volume. New mount points will not be seen by a running container.',
      (o) => specOf<Spec>(o).requiresRepublish ?? false,
      boolean,
    ),
    column(
      'Modes',
      'volumeLifecycleModes defines what kind of volumes this CSI volume driver supports. The default if the list is empty is "Persistent", which is the usage defined by the CSI specification and implemented in Kubernetes via the usual PV/PVC mechanism.\n\nThe other mode is "Ephemeral". In this mode, volumes are defined inline inside the pod spec with CSIVolumeSource and their lifecycle is tied to the lifecycle of that pod. A driver has to be aware of this because it is only going to get a NodePublishVolume call for such a volume.\n\nFor more information about implementing this mode, see https://kubernetes-csi.github.io/docs/ephemeral-local-volumes.html A driver can support one or more of these modes and more modes may be added in the future.\n\nThis field is beta. This field is immutable.',
      (o) => specOf<Spec>(o).volumeLifecycleModes?.join(',') || '<none>',
    ),
    ageColumn,
  ],
}
