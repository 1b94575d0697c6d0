// Versions that the server can read and does not serve: a body of one of them is understood, and then refused as not what the path says.
// Leaves out: kinds of resource.k8s.io and of alpha versions.
// Upstream: kubernetes pkg/api/legacyscheme, the install packages of pkg/apis; apiserver pkg/endpoints/handlers/create.go (AcceptsGroupVersion)

import { own } from '../base/json'

const APPS = ['apps/v1beta1', 'apps/v1beta2']
const NETWORKING = ['networking.k8s.io/v1beta1']
const RBAC = ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1beta1']
const FLOW = ['flowcontrol.apiserver.k8s.io/v1beta1', 'flowcontrol.apiserver.k8s.io/v1beta2', 'flowcontrol.apiserver.k8s.io/v1beta3']
const POLICIES = ['admissionregistration.k8s.io/v1alpha1', 'admissionregistration.k8s.io/v1beta1']
const STORAGE = ['storage.k8s.io/v1beta1']
const ALL_STORAGE = ['storage.k8s.io/v1alpha1', ...STORAGE]
const EXTENSIONS = 'extensions/v1beta1'

const READABLE: Readonly<Record<string, readonly string[]>> = {
  ClusterRole: RBAC,
  ClusterRoleBinding: RBAC,
  ControllerRevision: APPS,
  CronJob: ['batch/v1beta1'],
  CSIDriver: STORAGE,
  CSINode: STORAGE,
  CSIStorageCapacity: ALL_STORAGE,
  CertificateSigningRequest: ['certificates.k8s.io/v1beta1'],
  DaemonSet: ['apps/v1beta2', EXTENSIONS],
  Deployment: [...APPS, EXTENSIONS],
  EndpointSlice: ['discovery.k8s.io/v1beta1'],
  Event: ['v1', 'events.k8s.io/v1', 'events.k8s.io/v1beta1'],
  FlowSchema: FLOW,
  HorizontalPodAutoscaler: ['autoscaling/v1', 'autoscaling/v2'],
  IPAddress: NETWORKING,
  Ingress: [...NETWORKING, EXTENSIONS],
  IngressClass: NETWORKING,
  Lease: ['coordination.k8s.io/v1beta1'],
  LocalSubjectAccessReview: ['authorization.k8s.io/v1beta1'],
  MutatingAdmissionPolicy: POLICIES,
  MutatingAdmissionPolicyBinding: POLICIES,
  MutatingWebhookConfiguration: ['admissionregistration.k8s.io/v1beta1'],
  NetworkPolicy: [EXTENSIONS],
  PodDisruptionBudget: ['policy/v1beta1'],
  PriorityClass: ['scheduling.k8s.io/v1beta1'],
  PriorityLevelConfiguration: FLOW,
  ReplicaSet: ['apps/v1beta2', EXTENSIONS],
  Role: RBAC,
  RoleBinding: RBAC,
  RuntimeClass: ['node.k8s.io/v1alpha1', 'node.k8s.io/v1beta1'],
  SelfSubjectAccessReview: ['authorization.k8s.io/v1beta1'],
  SelfSubjectReview: ['authentication.k8s.io/v1alpha1', 'authentication.k8s.io/v1beta1'],
  SelfSubjectRulesReview: ['authorization.k8s.io/v1beta1'],
  ServiceCIDR: NETWORKING,
  StatefulSet: APPS,
  StorageClass: STORAGE,
  SubjectAccessReview: ['authorization.k8s.io/v1beta1'],
  TokenReview: ['authentication.k8s.io/v1beta1'],
  ValidatingAdmissionPolicy: POLICIES,
  ValidatingAdmissionPolicyBinding: POLICIES,
  ValidatingWebhookConfiguration: ['admissionregistration.k8s.io/v1beta1'],
  VolumeAttachment: ALL_STORAGE,
  VolumeAttributesClass: ALL_STORAGE,
}

/** Whether that is the kind in another version or group than the one that a path serves it in. */
export const isReadable = (kind: string, apiVersion: string) => own(READABLE, kind)?.includes(apiVersion) === true
