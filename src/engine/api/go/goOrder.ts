// The order in which Go writes the fields of a struct, where it is not the alphabet's; and objects as Go writes them in it.
// Leaves out: rare volumes, and kinds that few patch; their fields are written as they stand.
// Upstream: k8s.io/api/*/v*/types.go, apimachinery pkg/apis/meta/v1/types.go

import { anyDepth } from '../../base/anyDepth'
import { isObject, type Json, listText } from '../../base/json'
import { scalarJson } from './goValue'
import { childOf, type TypeSchema } from '../schema/schema'

const ORDER = `
Volume name hostPath emptyDir gcePersistentDisk awsElasticBlockStore gitRepo secret nfs iscsi glusterfs persistentVolumeClaim rbd flexVolume cinder cephfs flocker downwardAPI fc azureFile configMap vsphereVolume quobyte azureDisk photonPersistentDisk projected portworxVolume scaleIO storageos csi ephemeral image
PersistentVolumeSpec capacity gcePersistentDisk awsElasticBlockStore hostPath glusterfs nfs rbd iscsi cinder cephfs fc flocker flexVolume azureFile vsphereVolume quobyte azureDisk photonPersistentDisk portworxVolume scaleIO local storageos csi accessModes claimRef persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode nodeAffinity volumeAttributesClassName
PersistentVolumeClaimSpec accessModes selector resources volumeName storageClassName volumeMode dataSource dataSourceRef volumeAttributesClassName
PersistentVolumeClaimStatus phase accessModes capacity conditions allocatedResources allocatedResourceStatuses currentVolumeAttributesClassName modifyVolumeStatus healthStatus
EmptyDirVolumeSource medium sizeLimit mode
SecretVolumeSource secretName items defaultMode optional defaultUser
SecretProjection name items optional
ConfigMapVolumeSource name items defaultMode optional defaultUser
ConfigMapProjection name items optional
ProjectedVolumeSource sources defaultMode defaultUser
VolumeProjection secret downwardAPI configMap serviceAccountToken clusterTrustBundle podCertificate
KeyToPath key path mode user
ContainerPort name hostPort containerPort protocol hostIP
VolumeMount name readOnly recursiveReadOnly mountPath subPath mountPropagation subPathExpr bindMountOptions
EnvVarSource fieldRef resourceFieldRef configMapKeyRef secretKeyRef fileKeyRef
ConfigMapKeySelector name key optional
SecretKeySelector name key optional
EnvFromSource prefix configMapRef secretRef
HTTPGetAction path port host scheme httpHeaders protocol
Probe exec httpGet tcpSocket grpc initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds
ResourceRequirements limits requests claims
Container name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty
LifecycleHandler exec httpGet tcpSocket sleep
ContainerStateTerminated exitCode signal reason message startedAt finishedAt containerID
ContainerState waiting running terminated
ContainerStatus name state lastState ready restartCount image imageID containerID started allocatedResources resources volumeMounts user allocatedResourcesStatus stopSignal
PodCondition type observedGeneration status lastProbeTime lastTransitionTime reason message
WeightedPodAffinityTerm weight podAffinityTerm
PodAffinityTerm labelSelector namespaces topologyKey namespaceSelector matchLabelKeys mismatchLabelKeys
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution preferredDuringSchedulingIgnoredDuringExecution
PreferredSchedulingTerm weight preference
Taint key value effect timeAdded
Toleration key operator value effect tolerationSeconds
PodSpec volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims resources hostnameOverride schedulingGroup evictionResponders
TopologySpreadConstraint maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys
HostAlias ip hostnames
PodSecurityContext seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot supplementalGroups supplementalGroupsPolicy fsGroup sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy
SeccompProfile type localhostProfile
PodDNSConfig nameservers searches options
EphemeralContainer name image command args workingDir ports envFrom env resources resizePolicy restartPolicy restartPolicyRules volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty targetContainerName
PodStatus observedGeneration phase conditions message reason nominatedNodeName hostIP hostIPs podIP podIPs startTime initContainerStatuses containerStatuses qosClass ephemeralContainerStatuses resize resourceClaimStatuses extendedResourceClaimStatus allocatedResources resources nodeAllocatableResourceClaimStatuses volumeHealth
ReplicationControllerSpec replicas minReadySeconds selector template
ServiceStatus loadBalancer conditions
ServiceSpec ports selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy trafficDistribution
ServicePort name protocol appProtocol port targetPort nodePort
NodeSpec podCIDR podCIDRs providerID unschedulable taints configSource externalID podPreemptionPolicy
NodeSystemInfo machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeletVersion kubeProxyVersion operatingSystem architecture swap runningInUserNamespace
NodeStatus capacity allocatable phase conditions addresses daemonEndpoints nodeInfo images volumesInUse volumesAttached config runtimeHandlers features declaredFeatures
NodeCondition type status lastHeartbeatTime lastTransitionTime reason message
NodeAddress type address
ObjectReference kind namespace name uid apiVersion resourceVersion fieldPath
SecurityContext capabilities privileged seLinuxOptions windowsOptions runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem allowPrivilegeEscalation procMount seccompProfile appArmorProfile
SELinuxOptions user role type level
StatefulSetUpdateStrategy type rollingUpdate
StatefulSetSpec replicas selector template volumeClaimTemplates serviceName podManagementPolicy updateStrategy revisionHistoryLimit minReadySeconds persistentVolumeClaimRetentionPolicy ordinals
StatefulSetStatus observedGeneration replicas readyReplicas currentReplicas updatedReplicas currentRevision updateRevision collisionCount conditions availableReplicas
DeploymentSpec replicas selector template strategy minReadySeconds revisionHistoryLimit paused progressDeadlineSeconds
DeploymentStrategy type rollingUpdate
DeploymentStatus observedGeneration replicas updatedReplicas readyReplicas availableReplicas unavailableReplicas terminatingReplicas conditions collisionCount
DeploymentCondition type status lastUpdateTime lastTransitionTime reason message
DaemonSetUpdateStrategy type rollingUpdate
DaemonSetSpec selector template updateStrategy minReadySeconds revisionHistoryLimit
DaemonSetStatus currentNumberScheduled numberMisscheduled desiredNumberScheduled numberReady observedGeneration updatedNumberScheduled numberAvailable numberUnavailable collisionCount conditions
ReplicaSetSpec replicas minReadySeconds selector template
ReplicaSetStatus replicas fullyLabeledReplicas readyReplicas availableReplicas terminatingReplicas observedGeneration conditions
JobSpec parallelism completions activeDeadlineSeconds podFailurePolicy successPolicy backoffLimit backoffLimitPerIndex maxFailedIndexes selector manualSelector template ttlSecondsAfterFinished completionMode suspend podReplacementPolicy managedBy scheduling
JobStatus conditions startTime completionTime active succeeded failed terminating completedIndexes failedIndexes uncountedTerminatedPods ready
JobCondition type status lastProbeTime lastTransitionTime reason message
CronJobSpec schedule timeZone startingDeadlineSeconds concurrencyPolicy suspend jobTemplate successfulJobsHistoryLimit failedJobsHistoryLimit
NetworkPolicySpec podSelector ingress egress policyTypes
NetworkPolicyIngressRule ports from
NetworkPolicyPort protocol port endPort
NetworkPolicyPeer podSelector namespaceSelector ipBlock
IngressSpec ingressClassName defaultBackend tls rules
HTTPIngressPath path pathType backend
IngressBackend service resource
PodDisruptionBudgetSpec minAvailable selector maxUnavailable unhealthyPodEvictionPolicy
PolicyRule verbs apiGroups resources resourceNames nonResourceURLs
Subject kind apiGroup name namespace
HorizontalPodAutoscalerSpec scaleTargetRef minReplicas maxReplicas metrics behavior
CrossVersionObjectReference kind name apiVersion
MetricSpec type object pods resource containerResource external
LeaseSpec holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder
ObjectMeta name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields
OwnerReference apiVersion kind name uid controller blockOwnerDeletion
LabelSelector matchLabels matchExpressions
ManagedFieldsEntry manager operation apiVersion time fieldsType fieldsV1 subresource
Condition type status observedGeneration lastTransitionTime reason message
`

const orders = new Map(
  ORDER.trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', ...fields]) => [name, new Map(fields.map((field, i) => [field, i]))]),
)

/** As json.Marshal writes a value of that type: structs in their order, maps sorted. */
export const goStructJson = anyDepth('', (value: Json, type: TypeSchema | undefined): string => {
  if (Array.isArray(value)) {
    const items = type?.type === 'list' ? type.items : undefined
    return listText(
      (value as readonly Json[]).map((item) => goStructJson(item, items)),
      '[',
      ']',
    )
  }
  if (!isObject(value)) return scalarJson(value)
  const keys = inGoOrder(
    Object.keys(value).filter((key) => value[key] !== undefined),
    type,
  )
  return listText(
    keys.map((key) => `${scalarJson(key)}:${goStructJson(value[key] as Json, childOf(type, key))}`),
    '{',
    '}',
  )
})

function inGoOrder(keys: string[], type: TypeSchema | undefined): string[] {
  if (type?.type === 'map') return keys.sort()
  const order = type?.type === 'struct' ? orders.get(type.name) : undefined
  const place = (key: string) => order?.get(key) ?? keys.length
  return order ? keys.sort((a, b) => place(a) - place(b)) : keys
}
