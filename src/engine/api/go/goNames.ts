// Go's names of string and map types that are not plain `string` or `map[…]…`, by the fields that have them: decode errors print them.
// Leaves out: fields of statuses.
// Upstream: k8s.io/api/*/v*/types.go, apimachinery pkg/apis/meta/v1/types.go

const BY_TYPE = `
v1.ScopeType Rule.scope
v1.FailurePolicyType MutatingAdmissionPolicySpec.failurePolicy MutatingWebhook.failurePolicy ValidatingAdmissionPolicySpec.failurePolicy ValidatingWebhook.failurePolicy
v1.ValidationAction ValidatingAdmissionPolicyBindingSpec.validationActions
v1.ParameterNotFoundActionType ParamRef.parameterNotFoundAction
v1.MatchPolicyType MatchResources.matchPolicy MutatingWebhook.matchPolicy ValidatingWebhook.matchPolicy
v1.SideEffectClass MutatingWebhook.sideEffects ValidatingWebhook.sideEffects
v1.ReinvocationPolicyType MutatingAdmissionPolicySpec.reinvocationPolicy MutatingWebhook.reinvocationPolicy
v1.PatchType Mutation.patchType
v1.OperationType RuleWithOperations.operations
v1.StatefulSetUpdateStrategyType StatefulSetUpdateStrategy.type
v1.PersistentVolumeClaimRetentionPolicyType StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled
v1.PodManagementPolicyType StatefulSetSpec.podManagementPolicy
v1.ConditionStatus PodFailurePolicyOnPodConditionsPattern.status
v1.DeploymentStrategyType DeploymentStrategy.type
v1.DaemonSetUpdateStrategyType DaemonSetUpdateStrategy.type
v1.ResourceName ContainerResizePolicy.resourceName ContainerResourceMetricSource.name ResourceMetricSource.name
v2.MetricSourceType MetricSpec.type
v2.ScalingPolicySelect HPAScalingRules.selectPolicy
v2.HPAScalingPolicyType HPAScalingPolicy.type
v2.MetricTargetType MetricTarget.type
v1.PodFailurePolicyOnExitCodesOperator PodFailurePolicyOnExitCodesRequirement.operator
v1.PodConditionType PodFailurePolicyOnPodConditionsPattern.type PodReadinessGate.conditionType
v1.PodFailurePolicyAction PodFailurePolicyRule.action
v1.CompletionMode JobSpec.completionMode
v1.PodReplacementPolicy JobSpec.podReplacementPolicy
v1.ConcurrencyPolicy CronJobSpec.concurrencyPolicy
v1.KeyUsage CertificateSigningRequestSpec.usages
v1.CoordinatedLeaseStrategy LeaseSpec.strategy
v1.ResourceList LimitRangeItem.default LimitRangeItem.defaultRequest LimitRangeItem.max LimitRangeItem.maxLimitRequestRatio LimitRangeItem.min Overhead.podFixed PersistentVolumeSpec.capacity PodSpec.overhead ResourceQuotaSpec.hard ResourceRequirements.limits ResourceRequirements.requests VolumeResourceRequirements.limits VolumeResourceRequirements.requests
v1.PersistentVolumeAccessMode PersistentVolumeClaimSpec.accessModes PersistentVolumeSpec.accessModes
v1.PersistentVolumeReclaimPolicy PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy
v1.PersistentVolumeMode PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode
v1.HostPathType HostPathVolumeSource.type
v1.StorageMedium EmptyDirVolumeSource.medium
v1.AzureDataDiskCachingMode AzureDiskVolumeSource.cachingMode
v1.AzureDataDiskKind AzureDiskVolumeSource.kind
v1.Protocol ContainerPort.protocol EndpointPort.protocol NetworkPolicyPort.protocol ServicePort.protocol
v1.RecursiveReadOnlyMode VolumeMount.recursiveReadOnly
v1.MountPropagationMode VolumeMount.mountPropagation
v1.URIScheme HTTPGetAction.scheme
v1.ResourceResizeRestartPolicy ContainerResizePolicy.restartPolicy
v1.Capability Capabilities.add Capabilities.drop
v1.ContainerRestartPolicy Container.restartPolicy EphemeralContainer.restartPolicy
v1.TerminationMessagePolicy Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy
v1.PullPolicy Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy
v1.Signal Lifecycle.stopSignal
v1.ContainerRestartRuleAction ContainerRestartRule.action
v1.ContainerRestartRuleOnExitCodesOperator ContainerRestartRuleOnExitCodes.operator
v1.NodeSelectorOperator NodeSelectorRequirement.operator
v1.TaintEffect Taint.effect Toleration.effect
v1.TolerationOperator Toleration.operator
v1.RestartPolicy PodSpec.restartPolicy
v1.DNSPolicy PodSpec.dnsPolicy
v1.PreemptionPolicy PodSpec.preemptionPolicy
v1.OSName PodOS.name
v1.UnsatisfiableConstraintAction TopologySpreadConstraint.whenUnsatisfiable
v1.NodeInclusionPolicy TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy
v1.SupplementalGroupsPolicy PodSecurityContext.supplementalGroupsPolicy
v1.PodFSGroupChangePolicy PodSecurityContext.fsGroupChangePolicy
v1.PodSELinuxChangePolicy PodSecurityContext.seLinuxChangePolicy
v1.SeccompProfileType SeccompProfile.type
v1.AppArmorProfileType AppArmorProfile.type
v1.ServiceType ServiceSpec.type
v1.ServiceAffinity ServiceSpec.sessionAffinity
v1.ServiceExternalTrafficPolicy ServiceSpec.externalTrafficPolicy
v1.IPFamily ServiceSpec.ipFamilies
v1.IPFamilyPolicy ServiceSpec.ipFamilyPolicy
v1.ServiceInternalTrafficPolicy ServiceSpec.internalTrafficPolicy
v1.NodeAddressType NodeAddress.type
v1.FinalizerName NamespaceSpec.finalizers
v1.LimitType LimitRangeItem.type
v1.ResourceQuotaScope ResourceQuotaSpec.scopes ScopedResourceSelectorRequirement.scopeName
v1.ScopeSelectorOperator ScopedResourceSelectorRequirement.operator
v1.SecretType Secret.type
v1.ProcMountType SecurityContext.procMount
v1.AddressType EndpointSlice.addressType
v1.FlowDistinguisherMethodType FlowDistinguisherMethod.type
v1.SubjectKind Subject.kind
v1.PriorityLevelEnablement PriorityLevelConfigurationSpec.type
v1.LimitResponseType LimitResponse.type
v1.PolicyType NetworkPolicySpec.policyTypes
v1.PathType HTTPIngressPath.pathType
v1.UnhealthyPodEvictionPolicyType PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy
v1.VolumeBindingMode StorageClass.volumeBindingMode
v1.VolumeLifecycleMode CSIDriverSpec.volumeLifecycleModes
v1.FSGroupPolicy CSIDriverSpec.fsGroupPolicy
v1.LabelSelectorOperator LabelSelectorRequirement.operator
v1.ManagedFieldsOperationType ManagedFieldsEntry.operation
types.UID ObjectMeta.uid ObjectReference.uid OwnerReference.uid Preconditions.uid
v1.DeletionPropagation DeleteOptions.propagationPolicy
`

/** Lists that have a name of their own, as the values of maps, by the fields of those maps. */
const LISTS: Readonly<Record<string, string>> = {
  'SubjectAccessReviewSpec.extra': 'v1.ExtraValue',
  'CertificateSigningRequestSpec.extra': 'v1.ExtraValue',
  'UserInfo.extra': 'v1.ExtraValue',
}

export const goListNameOf = (struct: string, field: string): string | undefined => LISTS[`${struct}.${field}`]

let byField: ReadonlyMap<string, string> | null = null

/** `v1.PullPolicy` of `Container` and `imagePullPolicy`; of a list, the type of its items. Undefined where the type has no name of its own. */
export function goNameOf(struct: string, field: string): string | undefined {
  byField ??= new Map(
    BY_TYPE.trim()
      .split('\n')
      .flatMap((line) => {
        const [type = '', ...fields] = line.split(' ')
        return fields.map((f) => [f, type] as const)
      }),
  )
  return byField.get(`${struct}.${field}`)
}

/** Structs that are embedded in others: the fields that are theirs, or the ones (`!`) that are not. */
const EMBEDDED: Readonly<Record<string, readonly [name: string, fields: string]>> = {
  ConfigMapEnvSource: ['LocalObjectReference', 'name'],
  ConfigMapKeySelector: ['LocalObjectReference', 'name'],
  ConfigMapProjection: ['LocalObjectReference', 'name'],
  ConfigMapVolumeSource: ['LocalObjectReference', 'name'],
  EphemeralContainer: ['EphemeralContainerCommon', '!targetContainerName'],
  PersistentVolumeSpec: [
    'PersistentVolumeSource',
    '!capacity accessModes claimRef persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode nodeAffinity volumeAttributesClassName',
  ],
  Probe: ['ProbeHandler', 'exec httpGet tcpSocket grpc'],
  SecretEnvSource: ['LocalObjectReference', 'name'],
  SecretKeySelector: ['LocalObjectReference', 'name'],
  SecretProjection: ['LocalObjectReference', 'name'],
  Volume: ['VolumeSource', '!name'],
}

/** The embedded struct of a struct that a field belongs to. */
export function embeddedOf(struct: string, field: string): string | undefined {
  const [name, fields = ''] = EMBEDDED[struct] ?? []
  const named = fields.replace('!', '').split(' ').includes(field)
  return named === fields.startsWith('!') ? undefined : name
}
