// The kinds that every server serves. A kind is added here and in its own folder, and nowhere else.

import type { Kind } from '../kind'
import { binding } from './binding'
import { componentStatus } from './componentstatus'
import { configMap } from './configmap'
import { event, newEvent } from './event'
import { lease } from './lease'
import { limitRange } from './limitrange'
import { namespace } from './namespace'
import { node } from './node'
import { pod } from './pod'
import { priorityClass } from './priorityclass'
import { resourceQuota } from './resourcequota'
import { reviews } from './reviews'
import { clusterRoleBinding, roleBinding } from './rolebindings'
import { clusterRole, role } from './roles'
import { secret } from './secret'
import { service } from './service'
import { serviceAccount } from './serviceaccount'
import { endpoints } from './endpoints'
import { persistentVolumeClaim } from './persistentvolumeclaim'
import { persistentVolume } from './persistentvolume'
import { podTemplate } from './podtemplate'
import { replicationController } from './replicationcontroller'
import { controllerRevision } from './controllerrevision'
import { daemonSet } from './daemonset'
import { deployment } from './deployment'
import { replicaSet } from './replicaset'
import { statefulSet } from './statefulset'
import { firstHorizontalPodAutoscaler, horizontalPodAutoscaler } from './horizontalpodautoscaler'
import { cronJob } from './cronjob'
import { job } from './job'
import { certificateSigningRequest } from './certificatesigningrequest'
import { clusterTrustBundle } from './clustertrustbundle'
import { podCertificateRequest } from './podcertificaterequest'
import { ingressClass } from './ingressclass'
import { ingress } from './ingress'
import { ipAddress } from './ipaddress'
import { networkPolicy } from './networkpolicy'
import { serviceCidr } from './servicecidr'
import { podDisruptionBudget } from './poddisruptionbudget'
import { csiDriver } from './csidriver'
import { csiNode } from './csinode'
import { csiStorageCapacity } from './csistoragecapacity'
import { storageClass } from './storageclass'
import { volumeAttachment } from './volumeattachment'
import { volumeAttributesClass } from './volumeattributesclass'
import { mutatingAdmissionPolicy } from './mutatingadmissionpolicy'
import { mutatingAdmissionPolicyBinding } from './mutatingadmissionpolicybinding'
import { mutatingWebhookConfiguration } from './mutatingwebhookconfiguration'
import { validatingAdmissionPolicy } from './validatingadmissionpolicy'
import { validatingAdmissionPolicyBinding } from './validatingadmissionpolicybinding'
import { validatingWebhookConfiguration } from './validatingwebhookconfiguration'
import { customResourceDefinition } from './customresourcedefinition'
import { runtimeClass } from './runtimeclass'
import { endpointSlice } from './endpointslice'
import { resourceKinds } from './resourceclaim'
import { apiService } from './apiservice'
import { flowControlKinds } from './flowcontrol'
import { storageVersionMigration } from './storageversionmigration'

export const builtinKinds: readonly Kind[] = [
  binding,
  componentStatus,
  configMap,
  event,
  limitRange,
  namespace,
  node,
  pod,
  resourceQuota,
  secret,
  serviceAccount,
  service,
  lease,
  newEvent,
  clusterRoleBinding,
  clusterRole,
  roleBinding,
  role,
  priorityClass,
  ...reviews,
  endpoints,
  persistentVolumeClaim,
  persistentVolume,
  podTemplate,
  replicationController,
  controllerRevision,
  daemonSet,
  deployment,
  replicaSet,
  statefulSet,
  horizontalPodAutoscaler,
  firstHorizontalPodAutoscaler,
  cronJob,
  job,
  certificateSigningRequest,
  clusterTrustBundle,
  podCertificateRequest,
  ingressClass,
  ingress,
  ipAddress,
  networkPolicy,
  serviceCidr,
  podDisruptionBudget,
  csiDriver,
  csiNode,
  csiStorageCapacity,
  storageClass,
  volumeAttachment,
  volumeAttributesClass,
  mutatingAdmissionPolicy,
  mutatingAdmissionPolicyBinding,
  mutatingWebhookConfiguration,
  validatingAdmissionPolicy,
  validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
  customResourceDefinition,
  runtimeClass,
  endpointSlice,
  ...resourceKinds,
  apiService,
  ...flowControlKinds,
  storageVersionMigration,
]
