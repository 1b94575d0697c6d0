// What a PersistentVolume must be, what of it may change, and what the server warns of.
// Upstream: kubernetes pkg/apis/core/validation (ValidatePersistentVolumeSpec, ValidatePersistentVolumeUpdate), pkg/api/persistentvolume/util.go

import { equalJson } from '../../../base/equal'
import { specOf, type ApiObject, type JsonObject } from '../../object'
import { compareQuantities } from '../../scalars/quantity'
import { structDiff } from '../../validation/structDiff'
import { dnsSubdomainErrors } from '../../validation/names'
import { missing, named, NONE, notAllowed, oneOf, Path, unsupported, wrong, type Errors } from '../../validation/rules'
import { validateNodeSelector } from '../pod/affinity'
import type { NodeSelector } from '../pod/types'
import { nodeTermWarnings } from '../nodeLabels'
import { ONE_SOURCE, persistentSources, REFUSED_PATHS, SOURCE_PATHS } from '../volumeSources'
import { without } from '../../../base/without'
import { validateAccessModes, VOLUME_MODES } from './accessModes'

export interface VolumeSpec extends JsonObject {
  readonly capacity?: Readonly<Record<string, string>>
  readonly accessModes?: readonly string[]
  readonly persistentVolumeReclaimPolicy?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly claimRef?: { readonly namespace?: string; readonly name?: string } & JsonObject
  readonly nodeAffinity?: { readonly required?: NodeSelector } & JsonObject
  readonly hostPath?: { readonly path?: string; readonly type?: string }
  readonly csi?: JsonObject
}

const POLICIES = ['Delete', 'Recycle', 'Retain']
/** In the order in which upstream looks at them. */
const SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
]
const LONGEST_TARGET = 64

export const validateVolume = (object: ApiObject): Errors =>
  validateVolumeSpec(specOf<VolumeSpec>(object), object.metadata.name ?? '', Path.root('spec'))

const INLINE = 'in the context of inline volumes'

/** `isInline`: the volume stands in what attaches it, and is no object of its own. */
export function validateVolumeSpec(spec: VolumeSpec, name: string, at: Path, isInline = false): Errors {
  const { accessModes, persistentVolumeReclaimPolicy: policy, nodeAffinity, storageClassName } = spec
  const [reclaims, affine] = [at.child('persistentVolumeReclaimPolicy'), at.child('nodeAffinity')]
  const forbidden = (place: Path) => notAllowed(place, `may not be specified ${INLINE}`)
  return [
    ...(isInline && spec.claimRef ? forbidden(at.child('claimRef')) : NONE),
    ...(isInline && Object.keys(spec.capacity ?? {}).length > 0 ? forbidden(at.child('capacity')) : NONE),
    ...(isInline && !spec.csi ? missing(at.child('csi'), `has to be specified ${INLINE}`) : NONE),
    ...(accessModes?.length ? validateAccessModes(accessModes, at.child('accessModes')) : missing(at.child('accessModes'))),
    ...(isInline ? NONE : capacity(spec.capacity ?? {}, at.child('capacity'))),
    ...(!isInline
      ? oneOf(policy, POLICIES, reclaims)
      : policy && policy !== 'Retain'
        ? notAllowed(reclaims, `may only be Retain ${INLINE}`)
        : NONE),
    ...(!nodeAffinity ? NONE : isInline ? forbidden(affine) : affinity(nodeAffinity.required, affine.child('required'))),
    ...sources(spec, name, at),
    ...(policy === 'Recycle' && isRoot(spec.hostPath?.path)
      ? notAllowed(at.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")
      : NONE),
    ...(!storageClassName
      ? NONE
      : isInline
        ? forbidden(at.child('storageClassName'))
        : named(storageClassName, at.child('storageClassName'), dnsSubdomainErrors)),
    ...(isInline && spec.volumeMode !== undefined
      ? forbidden(at.child('volumeMode'))
      : oneOf(spec.volumeMode, VOLUME_MODES, at.child('volumeMode'))),
    ...attributesClass(spec, at),
  ]
}

const isRoot = (path: string | undefined) => path !== undefined && /^\/[/.]*$/.test(path)

function capacity(list: NonNullable<VolumeSpec['capacity']>, at: Path): Errors {
  const names = Object.keys(list).sort()
  const shown = Object.fromEntries(names.map((name) => [name, list[name]!]))
  return [
    ...(names.length === 0 ? missing(at) : NONE),
    ...(names.length !== 1 || names[0] !== 'storage' ? unsupported(at, shown, ['storage']) : NONE),
    ...names.flatMap((name) => [
      ...(compareQuantities(list[name]!, '0') < 0 ? wrong(at.key(name), Number(list[name]), 'must be a valid resource quantity') : NONE),
      ...(compareQuantities(list[name]!, '0') <= 0 ? wrong(at.key(name), list[name], 'must be greater than zero') : NONE),
    ]),
  ]
}

const affinity = (required: NodeSelector | undefined, at: Path): Errors =>
  required ? validateNodeSelector(required, at) : missing(at, 'must specify required node constraints')

function sources(spec: VolumeSpec, name: string, at: Path): Errors {
  const [source, ...more] = SOURCES.filter((field) => spec[field] !== undefined)
  if (!source) return missing(at, 'must specify a volume type')
  const place = at.child(SOURCE_PATHS[source] ?? source)
  const own = persistentSources[source]!(spec[source] as JsonObject, place)
  return [
    ...own,
    ...(source === 'iscsi' ? longTarget(spec.iscsi as JsonObject, name, place) : NONE),
    ...(source === 'local' && !spec.nodeAffinity ? missing(at.child('nodeAffinity'), 'Local volume requires node affinity') : NONE),
    ...more.flatMap((field) => notAllowed(at.child(REFUSED_PATHS[field] ?? field), ONE_SOURCE)),
  ]
}

function longTarget({ initiatorName, targetPortal = '' }: JsonObject, name: string, at: Path): Errors {
  return initiatorName !== undefined && `${name}:${String(targetPortal)}`.length > LONGEST_TARGET
    ? wrong(
        at.child('targetportal'),
        targetPortal,
        'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
      )
    : NONE
}

function attributesClass({ volumeAttributesClassName: name, csi }: VolumeSpec, at: Path): Errors {
  if (name === undefined) return NONE
  const place = at.child('volumeAttributesClassName')
  return [
    ...(name === '' ? missing(place, 'an empty string is disallowed') : named(name, place, dnsSubdomainErrors)),
    ...(csi ? NONE : missing(at.child('csi'), 'has to be specified when using volumeAttributesClassName')),
  ]
}

export function validateVolumeUpdate(object: ApiObject, old: ApiObject): Errors {
  const [spec, former] = [specOf<VolumeSpec>(object), specOf<VolumeSpec>(old)]
  const [now, before] = [sourceOf(spec, former), sourceOf(former, former)]
  return [
    ...validateVolume(object),
    ...(equalJson(now, before)
      ? NONE
      : notAllowed(
          Path.root('spec').child('persistentvolumesource'),
          `spec.persistentvolumesource is immutable after creation\n${structDiff(before, now)}`,
        )),
    ...(spec.volumeMode === former.volumeMode ? NONE : wrong(Path.root('volumeMode'), spec.volumeMode ?? null, 'field is immutable')),
    ...(former.nodeAffinity && !equalJson(spec.nodeAffinity, former.nodeAffinity)
      ? wrong(
          Path.root('nodeAffinity'),
          spec.nodeAffinity ? internalAffinity(spec.nodeAffinity.required) : null,
          'field is immutable, except for updating from beta label to GA',
        )
      : NONE),
    ...(former.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined
      ? notAllowed(Path.root('spec').child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')
      : NONE),
  ]
}

/** The source of a spec; a Secret to expand with may be named later. */
function sourceOf(spec: VolumeSpec, former: VolumeSpec): JsonObject {
  const all = Object.fromEntries(SOURCES.flatMap((name) => (spec[name] === undefined ? [] : [[name, spec[name]]]))) as VolumeSpec
  const mayExpand = all.csi && former.csi && former.csi.controllerExpandSecretRef === undefined
  return mayExpand ? { ...all, csi: without(all.csi, 'controllerExpandSecretRef') } : all
}

/** A bad value is shown as upstream's internal type, with the names that Go gives its fields. */
function internalAffinity(required: NodeSelector | undefined): JsonObject {
  const requirements = (list: NonNullable<NodeSelector['nodeSelectorTerms']>[number]['matchExpressions']) =>
    list?.map(({ key, operator, values }) => ({ Key: key ?? '', Operator: operator, Values: values ?? null })) ?? null
  const terms = required?.nodeSelectorTerms?.map((term) => ({
    MatchExpressions: requirements(term.matchExpressions),
    MatchFields: requirements(term.matchFields),
  }))
  return { Required: required ? { NodeSelectorTerms: terms ?? null } : null } as unknown as JsonObject
}

const DEPRECATED_ANNOTATIONS: Readonly<Record<string, string>> = {
  'volume.beta.kubernetes.io/storage-class': 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
}
const DEPRECATED_SOURCES: readonly (readonly [string, string, string])[] = [
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

export function volumeWarnings({ metadata, spec }: ApiObject): readonly string[] {
  const volume = (spec ?? {}) as VolumeSpec
  const at = Path.root('spec')
  return [
    ...Object.entries(DEPRECATED_ANNOTATIONS).flatMap(([key, text]) =>
      metadata.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`],
    ),
    ...(volume.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...(volume.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((term, i) =>
      nodeTermWarnings(term, at.child('nodeAffinity', 'required', 'nodeSelectorTerms').index(i)),
    ),
    ...DEPRECATED_SOURCES.flatMap(([field, shown, text]) => (volume[field] === undefined ? [] : [`spec.${shown}: ${text}`])),
  ]
}
