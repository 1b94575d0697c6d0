// kubectl create namespace, serviceaccount, configmap and secret generic.
// Leaves out: folders, env files, hashes in names.
// Upstream: kubectl pkg/cmd/create/create_{namespace,serviceaccount,configmap,secret}.go

import { base64OfText } from '../../engine/index'
import type { FlagTable } from '../flags'
import type { Session } from '../session'
import { metadataOf, wrong, type Generator } from './generator'

export const namespace: Generator = {
  aliases: ['ns'],
  flags: {},
  *make(_, name) {
    return { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {}, status: {} }
  },
}

export const serviceaccount: Generator = {
  aliases: ['sa'],
  flags: {},
  failing: 'failed to create serviceaccount: ',
  *make(session, name) {
    return { kind: 'ServiceAccount', apiVersion: 'v1', metadata: metadataOf(session, name) }
  },
}

const sourceFlags: FlagTable = {
  'from-literal': { type: 'array' },
  'from-file': { type: 'list' },
  'from-env-file': { type: 'list', unmodelled: true },
  'append-hash': { type: 'bool', unmodelled: true },
}

export const configmap: Generator = {
  aliases: ['cm'],
  flags: sourceFlags,
  failing: 'failed to create configmap: ',
  *make(session, name) {
    const data = Object.fromEntries(valuesOf(session))
    return { kind: 'ConfigMap', apiVersion: 'v1', ...(Object.keys(data).length === 0 ? {} : { data }), metadata: metadataOf(session, name) }
  },
}

export const secret: Generator = {
  flags: { ...sourceFlags, type: { type: 'string' } },
  failing: 'failed to create secret ',
  *make(session, name) {
    const type = session.flags.text('type')
    return {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: metadataOf(session, name),
      ...(type ? { type } : {}),
      data: Object.fromEntries(valuesOf(session).map(([key, value]) => [key, base64OfText(value)])),
    }
  },
}

/** By key: literals first, then files, whose own name is the key unless another is given. */
function valuesOf(session: Session): readonly (readonly [string, string])[] {
  const { flags } = session
  const literals = flags.list('from-literal').map((pair) => {
    const equals = pair.indexOf('=')
    if (equals <= 0) throw wrong(`invalid literal source ${pair}, expected key=value`)
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const
  })
  const files = flags.list('from-file').map((source) => {
    const equals = source.indexOf('=')
    const path = source.slice(equals + 1)
    const text = session.file(path)
    if (text === undefined) throw wrong(`error reading ${path}: no such file or directory`)
    return [equals < 0 ? path.split('/').at(-1)! : source.slice(0, equals), text] as const
  })
  return [...literals, ...files]
}
