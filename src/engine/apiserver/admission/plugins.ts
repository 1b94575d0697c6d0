// The admission plugins that are on, in the order in which they are asked. The list is walked twice: to change, later to refuse.
// ResourceQuota, the last one, writes: the validating stage itself asks it (stages/validatingAdmission.ts).
// Leaves out: plugins for kinds that are not served here.
// Upstream: kubernetes pkg/kubeapiserver/options/plugins.go

import { defaultIngressClass, defaultStorageClass } from './defaultClasses'
import { defaultTolerationSeconds } from './defaultTolerationSeconds'
import { limitRanger } from './limitRanger'
import { mutatingAdmissionPolicyPlugin } from './mutatingAdmissionPolicy'
import { namespaceLifecycle } from './namespaceLifecycle'
import { nodeDeclaredFeatureValidator } from './nodeDeclaredFeatures'
import { nodeRestriction } from './nodeRestriction'
import type { Plugin } from './plugin'
import { podResizeValidator } from './podResize'
import { podTopologyLabels } from './podTopologyLabels'
import { podSecurity } from './podsecurity/podSecurity'
import { priority } from './priority'
import { runtimeClassAdmission } from './runtimeClass'
import { serviceAccount } from './serviceAccount'
import { persistentVolumeClaimResize, storageObjectInUseProtection } from './storage'
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates'
import { validatingAdmissionPolicyPlugin } from './validatingAdmissionPolicy'
import { terminatingDefinition } from './terminatingDefinition'
import { taintNodesByCondition } from './taintNodesByCondition'
import { mutatingWebhooks, validatingWebhooks } from './webhooks'

export const admissionPlugins: readonly Plugin[] = [
  terminatingDefinition,
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  podSecurity,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  persistentVolumeClaimResize,
  runtimeClassAdmission,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  defaultIngressClass,
  podTopologyLabels,
  nodeDeclaredFeatureValidator,
  podResizeValidator,
  mutatingAdmissionPolicyPlugin,
  mutatingWebhooks,
  validatingAdmissionPolicyPlugin,
  validatingWebhooks,
]
