// What the server warns of in volumes that it takes all the same: plugins that are gone, files in each other's way.
// Upstream: kubernetes pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths)

import { goQuote } from '../../go/goQuote'
import type { JsonObject } from '../../object'
import type { Path } from '../../validation/rules'
import type { ClaimSpec } from '../persistentvolumeclaim/spec'
import { claimSpecWarnings } from '../persistentvolumeclaim/warnings'
import { projectedSources } from './projected'
import type { Volume } from './types'

type Texts = readonly string[]

/** By field, and as what it is shown where that is not its name. */
const DEPRECATED: readonly (readonly [field: string, text: string, shown?: string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

export const volumeWarnings = (volumes: readonly Volume[], at: Path): Texts => [
  ...volumes.flatMap((volume, i) => [
    ...DEPRECATED.flatMap(([field, text, shown = field]) => (volume[field] ? [`${at.index(i).child(shown)}: ${text}`] : [])),
    ...templateOf(volume).flatMap((spec) => claimSpecWarnings(spec, at.index(i).child('ephemeral', 'volumeClaimTemplate', 'spec'))),
  ]),
  ...volumes.flatMap(overlaps),
]

function templateOf({ ephemeral }: Volume): readonly ClaimSpec[] {
  const template = (ephemeral as JsonObject | undefined)?.volumeClaimTemplate as { readonly spec?: ClaimSpec } | undefined
  return template?.spec ? [template.spec] : []
}

interface File {
  readonly path: string
  /** Printed after the path; '' where the volume has one source. */
  readonly source: string
}
interface Items {
  readonly items?: readonly { readonly path?: string }[]
}

const filesOf = ({ items = [] }: Items, source = ''): readonly File[] => items.map(({ path = '' }) => ({ path, source }))

function overlaps(volume: Volume): Texts {
  const { configMap, secret, downwardAPI } = volume as Volume & Readonly<Record<'configMap' | 'secret' | 'downwardAPI', Items & JsonObject>>
  const warn = (what: string, files: readonly File[]) =>
    collisions(files).map((text) => `volume ${goQuote(volume.name)} (${what}): overlapping paths: ${text}`)
  return [
    ...(configMap ? warn(`ConfigMap ${quoted(configMap.name)}`, filesOf(configMap)) : []),
    ...(secret ? warn(`Secret ${quoted(secret.secretName)}`, filesOf(secret)) : []),
    ...(downwardAPI ? warn('DownwardAPI', filesOf(downwardAPI)) : []),
    ...projectedSources(volume).flatMap((source) =>
      Object.keys(source).length === 0 ? [`volume ${goQuote(volume.name)} (Projected) has no sources provided`] : [],
    ),
    ...warn('Projected', projectedSources(volume).flatMap(projectedFiles)),
  ]
}

const quoted = (name: JsonObject[string] | undefined) => goQuote((name ?? '') as string)

function projectedFiles(source: JsonObject): readonly File[] {
  const {
    configMap,
    secret,
    downwardAPI,
    serviceAccountToken,
    clusterTrustBundle: bundle,
    podCertificate,
  } = source as Readonly<Record<string, (Items & Readonly<Record<string, string>>) | undefined>>
  if (configMap?.items) return filesOf(configMap, `ConfigMap ${quoted(configMap.name)}`)
  if (secret?.items) return filesOf(secret, `Secret ${quoted(secret.name)}`)
  if (downwardAPI?.items) return filesOf(downwardAPI, 'DownwardAPI')
  if (serviceAccountToken) return [{ path: serviceAccountToken.path ?? '', source: 'ServiceAccountToken' }]
  if (bundle) return [{ path: bundle.path ?? '', source: `ClusterTrustBundle ${quoted(bundle.name ?? bundle.signerName)}` }]
  return [
    { path: podCertificate?.certificateChainPath ?? '', source: 'PodCertificate chain' },
    { path: podCertificate?.keyPath ?? '', source: 'PodCertificate key' },
    { path: podCertificate?.credentialBundlePath ?? '', source: 'PodCertificate credential bundle' },
  ].filter(({ path }) => path !== '')
}

/** Each is compared with all before it; warnings of more than so many files would fit into no header. */
const MOST_FILES = 500

/** A file that is another one, or would stand in it. */
function collisions(files: readonly File[]): Texts {
  const seen: File[] = []
  return files.slice(0, MOST_FILES).flatMap((given) => {
    const file = { ...given, path: given.path.replace(/\/+$/, '') }
    if (file.path === '') return []
    const others = seen.filter(({ path }) => `${path}/`.startsWith(`${file.path}/`) || `${file.path}/`.startsWith(`${path}/`))
    seen.push(file)
    return others.map((other) => `${printed(file)} with ${printed(other)}`)
  })
}

const printed = ({ path, source }: File) => (source ? `${goQuote(path)} (${source})` : goQuote(path))
