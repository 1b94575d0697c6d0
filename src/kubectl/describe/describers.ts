// Which describer a kind has, by kind and group; every other kind has the generic one.
// Leaves out: layouts of CertificateSigningRequest, IngressClass, ServiceCIDR, IPAddress, CSINode, VolumeAttributesClass.
// Upstream: kubectl pkg/describe/describe.go (describerMap)

import type { ResourceInfo } from '../context'
import { describeConfigMap, describeNamespace, describeSecret, describeServiceAccount } from './core'
import type { Describer } from './describer'
import { describeGeneric } from './generic'
import { describeCronJob, describeJob } from './jobs'
import { describeEndpoints, describeEndpointSlice, describeIngress, describeNetworkPolicy, describeService } from './network'
import { describeNode } from './node'
import { describePod } from './pod'
import { describeAutoscaler, describeDisruptionBudget, describePriorityClass } from './policy'
import { describeLimitRange, describeQuota } from './quota'
import { describeRole, describeRoleBinding } from './rbac'
import { describeClaim, describeStorageClass, describeVolume } from './storage'
import { describeDaemonSet, describeDeployment, describeReplicaSet, describeReplicationController, describeStatefulSet } from './workloads'

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  'Pod.': describePod,
  'Node.': describeNode,
  'Namespace.': describeNamespace,
  'ConfigMap.': describeConfigMap,
  'Secret.': describeSecret,
  'ServiceAccount.': describeServiceAccount,
  'Service.': describeService,
  'Endpoints.': describeEndpoints,
  'ResourceQuota.': describeQuota,
  'LimitRange.': describeLimitRange,
  'PersistentVolume.': describeVolume,
  'PersistentVolumeClaim.': describeClaim,
  'ReplicationController.': describeReplicationController,
  'Deployment.apps': describeDeployment,
  'ReplicaSet.apps': describeReplicaSet,
  'DaemonSet.apps': describeDaemonSet,
  'StatefulSet.apps': describeStatefulSet,
  'Job.batch': describeJob,
  'CronJob.batch': describeCronJob,
  'EndpointSlice.discovery.k8s.io': describeEndpointSlice,
  'Ingress.networking.k8s.io': describeIngress,
  'NetworkPolicy.networking.k8s.io': describeNetworkPolicy,
  'HorizontalPodAutoscaler.autoscaling': describeAutoscaler,
  'PodDisruptionBudget.policy': describeDisruptionBudget,
  'PriorityClass.scheduling.k8s.io': describePriorityClass,
  'StorageClass.storage.k8s.io': describeStorageClass,
  'Role.rbac.authorization.k8s.io': describeRole,
  'ClusterRole.rbac.authorization.k8s.io': describeRole,
  'RoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': describeRoleBinding,
}

export const describerOf = ({ kind, group }: ResourceInfo): Describer => DESCRIBERS[`${kind}.${group}`] ?? describeGeneric
