// The parts of a Pod that the engine's own code reads. Upstream: api core/v1/types.go

import type { ApiObject, JsonObject, ObjectMeta } from '../../object'

export interface Pod extends ApiObject {
  readonly metadata: ObjectMeta
  readonly spec: PodSpec
  readonly status: PodStatus
}

export interface PodSpec extends JsonObject {
  readonly containers: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly ephemeralContainers?: readonly Container[]
  readonly volumes?: readonly Volume[]
  readonly nodeName?: string
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly affinity?: Affinity
  readonly tolerations?: readonly Toleration[]
  readonly topologySpreadConstraints?: readonly JsonObject[]
  readonly restartPolicy?: string
  readonly terminationGracePeriodSeconds?: number | bigint
  readonly activeDeadlineSeconds?: number | bigint
  readonly dnsPolicy?: string
  readonly schedulerName?: string
  readonly schedulingGates?: readonly { readonly name: string }[]
  readonly serviceAccountName?: string
  readonly serviceAccount?: string
  readonly automountServiceAccountToken?: boolean
  readonly securityContext?: JsonObject
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
  readonly enableServiceLinks?: boolean
  readonly priorityClassName?: string
  readonly priority?: number
  readonly preemptionPolicy?: string
  readonly readinessGates?: readonly { readonly conditionType: string }[]
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly hostname?: string
  readonly subdomain?: string
  readonly os?: { readonly name?: string }
  readonly overhead?: Readonly<Record<string, string>>
  /** Of the Pod as a whole. */
  readonly resources?: Resources
}

/** The rules between Pods are read where they are used. */
export interface Affinity extends JsonObject {
  readonly nodeAffinity?: NodeAffinity
}

export interface NodeAffinity extends JsonObject {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly weight: number; readonly preference: NodeSelectorTerm }[]
}

/** Terms of which a node must match one. */
export interface NodeSelector extends JsonObject {
  readonly nodeSelectorTerms?: readonly NodeSelectorTerm[]
}

export interface NodeSelectorTerm extends JsonObject {
  readonly matchExpressions?: readonly NodeSelectorRequirement[]
  readonly matchFields?: readonly NodeSelectorRequirement[]
}

export interface NodeSelectorRequirement extends JsonObject {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

export interface Resources extends JsonObject {
  readonly limits?: Readonly<Record<string, string>>
  readonly requests?: Readonly<Record<string, string>>
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[]
}

export interface Container extends JsonObject {
  readonly name: string
  readonly image?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly imagePullPolicy?: string
  readonly ports?: readonly ContainerPort[]
  readonly env?: readonly EnvVar[]
  readonly envFrom?: readonly JsonObject[]
  readonly resources?: Resources
  readonly volumeMounts?: readonly VolumeMount[]
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
  readonly startupProbe?: Probe
  readonly lifecycle?: JsonObject
  readonly restartPolicy?: string
  readonly resizePolicy?: readonly { readonly resourceName: string; readonly restartPolicy: string }[]
  readonly securityContext?: JsonObject
  readonly terminationMessagePath?: string
  readonly terminationMessagePolicy?: string
}

export interface ContainerPort extends JsonObject {
  readonly name?: string
  readonly containerPort: number
  readonly hostPort?: number
  readonly hostIP?: string
  readonly protocol?: string
}

export interface EnvVar extends JsonObject {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: JsonObject
}

export interface VolumeMount extends JsonObject {
  readonly name: string
  readonly mountPath: string
  readonly readOnly?: boolean
}

export interface Volume extends JsonObject {
  readonly name: string
}

export interface Probe extends JsonObject {
  readonly httpGet?: JsonObject
  readonly tcpSocket?: JsonObject
  readonly exec?: JsonObject
  readonly grpc?: JsonObject
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly periodSeconds?: number
  readonly successThreshold?: number
  readonly failureThreshold?: number
  readonly terminationGracePeriodSeconds?: number | bigint
}

export interface Toleration extends JsonObject {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
  readonly tolerationSeconds?: number | bigint
}

export interface PodCondition extends JsonObject {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly observedGeneration?: number | bigint
  readonly lastProbeTime?: string | null
  readonly lastTransitionTime?: string | null
}

export interface ContainerState extends JsonObject {
  readonly waiting?: { readonly reason?: string; readonly message?: string }
  readonly running?: { readonly startedAt?: string }
  readonly terminated?: {
    readonly exitCode: number
    readonly reason?: string
    readonly message?: string
    readonly signal?: number
    readonly startedAt?: string
    readonly finishedAt?: string
    readonly containerID?: string
  }
}

export interface ContainerStatus extends JsonObject {
  readonly name: string
  readonly state?: ContainerState
  readonly lastState?: ContainerState
  readonly ready: boolean
  readonly restartCount: number
  readonly image: string
  readonly imageID: string
  readonly containerID?: string
  readonly started?: boolean
  /** Of a running container what it is held to. */
  readonly resources?: Resources
  /** Requests that its node has set aside for it. */
  readonly allocatedResources?: Readonly<Record<string, string>>
}

export interface PodStatus extends JsonObject {
  readonly phase?: string
  readonly reason?: string
  readonly message?: string
  readonly conditions?: readonly PodCondition[]
  readonly containerStatuses?: readonly ContainerStatus[]
  readonly initContainerStatuses?: readonly ContainerStatus[]
  readonly podIP?: string
  readonly podIPs?: readonly { readonly ip: string }[]
  readonly hostIP?: string
  readonly startTime?: string
  readonly qosClass?: string
  readonly nominatedNodeName?: string
  /** Of the Pod as a whole. */
  readonly resources?: Resources
  readonly allocatedResources?: Readonly<Record<string, string>>
}
