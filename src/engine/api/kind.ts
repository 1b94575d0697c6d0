// A kind is data: everything the generic API server has to know of Pod, Node, Role … stands in one folder, kinds/<kind>/,
// and generic code never asks which kind it has: index.ts is the Kind; what is long stands beside it (types, defaults, validation, columns).
// Upstream: apiserver pkg/registry/rest (strategies), kubernetes pkg/registry/*/*/strategy.go, pkg/printers/internalversion

import type { Rng } from '../base/rng'
import type { Decoded } from './serializer/decode'
import type { FieldError } from './errors/fieldErrors'
import type { ApiObject, JsonObject, ObjectMeta } from './object'
import type { StructSchema } from './schema/schema'
import type { Resets } from './managedfields/resetFields'
import type { Status } from './errors/status'

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch'

export interface Kind {
  // ---- Its name, in paths and in discovery --------------------------------------------------------------------------
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Plural, lower case: the last part of the URL, and RBAC's word for it. */
  readonly resource: string
  readonly singular: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly Verb[]
  readonly subresources?: Readonly<Record<string, Subresource>>
  /** The warning that every request for it is answered with. */
  readonly deprecated?: string

  // ---- Its type, and how it is stored -------------------------------------------------------------------------------
  /** Decoding, field validation, list types, patch merge keys: all from this. */
  readonly schema: StructSchema
  /** Made of a CustomResourceDefinition: there is no Go type behind it, so that what a client sent is kept and read as it is. */
  readonly custom?: CustomKind
  /** Below /registry/: `pods`, `minions`, `services/specs`. Absent for a kind that is never stored (Binding, reviews). */
  readonly storage?: string
  /** Of a kind that is never stored and yet can be read: all its objects as they are now, by name. */
  live?(facts: LiveFacts): readonly ApiObject[]
  /** Seconds that a stored object lives (Events: 3600). */
  readonly ttl?: number
  /** The version that etcd's bytes are in, where it is none that is served: only the hash in discovery tells of it. */
  readonly storageVersion?: string
  /** Another group-version through which the same stored objects are served (events.k8s.io): how to turn one into the other. */
  readonly storedAs?: {
    readonly group: string
    readonly version: string
    toStored(object: ApiObject): ApiObject
    fromStored(object: ApiObject): ApiObject
  }

  // ---- What becomes of an object that is written (upstream: a strategy) ---------------------------------------------
  /** Fills in defaults after decoding; returns the same object if there is nothing to fill. */
  defaults?(object: ApiObject): ApiObject
  /** Before anything else that a create or update does to it: fills in what only the registry can give, or says why it cannot. */
  allocate?(object: ApiObject, old: ApiObject | null, context: AllocationContext): Allocation
  /** What of the registry's an object holds as long as it is there. */
  holds?(object: ApiObject): Holdings
  /** Before validation on create: clears what clients may not set (status), sets generation and derived fields. */
  prepareForCreate?(object: ApiObject, context: StrategyContext): ApiObject
  /** Before validation on update: keeps what may not be changed through the resource itself, raises generation. */
  prepareForUpdate?(object: ApiObject, old: ApiObject, context: StrategyContext): ApiObject
  /** Whether a spec change raises metadata.generation (kinds with a spec and a controller). */
  readonly hasGeneration?: boolean
  /** What an update must change to raise it; by default anything but metadata and status. */
  raisesGeneration?(object: ApiObject, old: ApiObject): boolean
  /** How metadata.name is checked; the default is a DNS subdomain. */
  readonly nameRule?: NameRule
  /** Its finalizers may be without a domain: only what core's own ValidateObjectMeta checks may not (see validation/objectMeta.ts). */
  readonly anyFinalizer?: true
  /** False: a generateName is the name itself, nothing is drawn. */
  readonly generatesName?: boolean
  validate?(object: ApiObject): readonly FieldError[]
  validateUpdate?(object: ApiObject, old: ApiObject, warn: Warn): readonly FieldError[]
  /** Texts for `Warning:` headers. */
  warnings?(object: ApiObject, old: ApiObject | null): readonly string[]
  /** PUT of a missing object creates it (leases, events, RBAC …). */
  readonly allowCreateOnUpdate?: boolean
  /** A PUT without resourceVersion overwrites (all but Lease). */
  readonly allowUnconditionalUpdate?: boolean

  // ---- Who owns its fields ------------------------------------------------------------------------------------------
  /** What a write to the resource itself resets; by default status. */
  readonly resets?: Resets
  /** Nobody's fields: upstream fails to read such objects by its own schema, and then keeps no managedFields of them. */
  readonly unmanaged?: boolean

  // ---- How it is shown and found ------------------------------------------------------------------------------------
  /** Of a Table, from the left, each with the printer of its cells; absent: Name and Created At. */
  readonly columns?: readonly Column[]
  /** What a table says of a row beside its cells: that a Pod is through. */
  rowConditions?(object: ApiObject): readonly JsonObject[]
  /** How a table orders its rows, where that is not how a list is ordered. */
  rowOrder?(a: ApiObject, b: ApiObject): number
  /** The metadata of the internal type, which tables and views of metadata are made from: without what only this version writes there. */
  internalMetadata?(object: ApiObject): ObjectMeta
  /** Field selectors beside metadata.name and metadata.namespace. */
  readonly fieldSelectors?: Readonly<Record<string, (object: ApiObject) => string>>
  /** What is said of a field that is none of `fieldSelectors`, where it is not said as of all kinds. */
  readonly fieldRefusal?: (field: string) => string
  /**
   * One of `fieldSelectors`, or `metadata.name`, by whose value the watch cache finds its watchers (upstream: IndexerFuncs): each kubelet
   * watches its own Pods and its own Node.
   */
  readonly watchedBy?: string

  // ---- How it is deleted --------------------------------------------------------------------------------------------
  /** DELETE answers the object instead of a Status (pods, namespaces, serviceaccounts …). */
  readonly returnsDeletedObject?: boolean
  /** Grace of a delete in seconds, given what the client asked for; absent: objects go at once. */
  gracePeriod?(object: ApiObject, asked: number | bigint | undefined): number | bigint
  /** A DELETE that says nothing of dependents leaves them alone; and the warning that it answers with. */
  readonly orphansDependents?: { readonly warning: string | null }
  /** The garbage collector passes it over: no DELETE says what becomes of its dependents. */
  readonly uncollected?: true
  /** What the first DELETE makes of an object that never goes at once, and the finalizer that keeps it. */
  readonly markForDeletion?: { readonly finalizer: string; mark(object: ApiObject, now: string): ApiObject }
  /** The first DELETE only makes its phase Terminating, and its spec.finalizers keep it after that: a Namespace. */
  readonly terminates?: true
  /** Why an object of that name is never deleted. */
  undeletable?(name: string): string | undefined
}

export interface LiveFacts {
  cached(storage: string, namespace: string, name: string): ApiObject | undefined
  /** Virtual epoch milliseconds. */
  readonly now: number
}

export interface CustomKind {
  readonly listKind: string
  /** From a body to an object: unknown fields are pruned and named. */
  decode(value: JsonObject): Decoded
}

/** What a registry gives out when an object is about to be stored (addresses, ports). */
export interface AllocationContext {
  /** The other stored objects of this kind. */
  others(): Iterable<ApiObject>
  /** Whether there is an IPAddress for it. */
  isAddressTaken(ip: string): boolean
  readonly random: Rng
  readonly dryRun: boolean
}

export type Allocation = { readonly object: ApiObject } | { readonly errors: readonly FieldError[] } | { readonly failure: Status }

export interface Holdings {
  /** Each has an IPAddress. */
  readonly addresses: readonly string[]
  /** Of the nodes. */
  readonly ports: readonly number[]
}

/** Takes the text of a `Warning:` header; it is sent even when the request is refused in the end. */
export type Warn = (text: string) => void

export interface StrategyContext {
  /** RFC 3339, whole seconds. */
  readonly now: string
  readonly warn: Warn
  /** Who asks. */
  readonly user: {
    readonly name: string
    readonly uid?: string
    readonly groups: readonly string[]
    readonly extra?: Readonly<Record<string, readonly string[]>>
  }
}

export type NameRule = 'dnsSubdomain' | 'dnsLabel' | 'dns1035Label' | 'pathSegment' | 'ip'

/** Where a subresource's requests go. `status` and those like `scale` write the parent; the others are actions of the apiserver's registry. */
export interface Subresource {
  readonly verbs: readonly Verb[]
  /** Group, version and kind in discovery when it is not the parent's (Binding, Eviction, TokenRequest, Scale). */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
  readonly schema?: StructSchema
  /** Of an object of that schema. */
  defaults?(object: ApiObject): ApiObject
  /** Its objects are had as they are: no table is made of them, nor a view of their metadata. */
  readonly viewless?: true
  /** Leads on to something that is no object. */
  readonly connects?: 'container' | 'pod' | 'endpoints' | 'node'
  /** By default the spec through `status`, and the status through any other. */
  readonly resets?: Resets
  prepareForUpdate?(object: ApiObject, old: ApiObject, context: StrategyContext): ApiObject
  validateUpdate?(object: ApiObject, old: ApiObject, warn: Warn): readonly FieldError[]
  /** Of one that shows the parent as an object of another kind (Scale), and writes through it. */
  readonly view?: SubresourceView
}

export interface SubresourceView {
  /** Why a parent cannot be seen so. */
  unseen?(parent: ApiObject): Status | null
  fromParent(parent: ApiObject): ApiObject
  /** Where the parent keeps the replicas. */
  readonly replicas: readonly string[]
  /** The parent as the view wants it. */
  toParent(view: ApiObject, parent: ApiObject): ApiObject
  validate(view: ApiObject): readonly FieldError[]
  readonly columns: readonly Column[]
}

export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: string
  readonly description: string
  /** 0 always shown, 1 only with -o wide. */
  readonly priority: number
  /** Its cells are there and it is not: clients have no heading for them, and leave them out. */
  readonly undeclared?: boolean
  /** `now` is virtual epoch milliseconds, for ages. */
  cell(object: ApiObject, now: number): string | number | bigint | boolean | null
}
