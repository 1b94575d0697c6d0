// kubectl describe of Namespace, ConfigMap, Secret and ServiceAccount.
// Upstream: kubectl pkg/describe/describe.go

import { bytesOfBase64, textOfBase64, type JsonObject } from '../../engine/index'
import type { Describer } from './describer'
import { conditionLines, date, labelLines, annotationLines, marked, named, type Lines } from './parts'
import { limitLines, LIMIT_COLUMNS, quotaRows } from './quota'

export const describeNamespace: Describer = function* (namespace, asking) {
  const { name, labels, annotations } = namespace.metadata
  const quotas = yield* asking.list(`/api/v1/namespaces/${name}/resourcequotas`)
  const ranges = yield* asking.list(`/api/v1/namespaces/${name}/limitranges`)
  return [
    `Name:\t${name}`,
    ...labelLines('Labels', labels),
    ...annotationLines('Annotations', annotations),
    `Status:\t${String(namespace.status?.phase ?? '')}`,
    ...conditionLines(
      namespace.status?.conditions as readonly JsonObject[] | undefined,
      ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message'],
      (c) => [c.type, c.status, date(c.lastTransitionTime), c.reason, c.message].map((cell) => String(cell ?? '')),
    ),
    '',
    ...(quotas.length === 0
      ? ['No resource quota.']
      : ['Resource Quotas', ...quotas.flatMap((q) => [`  Name:\t${q.metadata.name}`, ...quotaRows(q, '---').map((row) => `  ${row}`)])]),
    '',
    ...(ranges.length === 0
      ? ['No LimitRange resource.']
      : [
          'Resource Limits',
          ` ${LIMIT_COLUMNS.join('\t')}`,
          ` ${LIMIT_COLUMNS.map((c) => '-'.repeat(c.length)).join('\t')}`,
          ...ranges.flatMap((range) => limitLines(range).map((row) => ` ${row}`)),
        ]),
  ]
}

export const describeConfigMap: Describer = function* (configMap, asking) {
  const data = (configMap.data ?? {}) as Readonly<Record<string, string>>
  const binary = (configMap.binaryData ?? {}) as Readonly<Record<string, string>>
  return [
    ...named(configMap),
    ...marked(configMap),
    '',
    'Data',
    '====',
    ...sorted(data).flatMap((key) => [`${key}:`, '----', data[key]!, '']),
    '',
    'BinaryData',
    '====',
    ...sorted(binary).map((key) => `${key}: ${bytesOfBase64(binary[key]!).length} bytes`),
    '',
    ...(yield* asking.events(configMap)),
  ]
}

export const describeSecret: Describer = function* (secret) {
  const data = (secret.data ?? {}) as Readonly<Record<string, string>>
  return [
    ...named(secret),
    ...marked(secret),
    '',
    `Type:\t${String(secret.type ?? '')}`,
    '',
    'Data',
    '====',
    ...sorted(data).map((key) =>
      key === 'token' && secret.type === 'kubernetes.io/service-account-token'
        ? `${key}:\t${textOfBase64(data[key]!)}`
        : `${key}:\t${bytesOfBase64(data[key]!).length} bytes`,
    ),
  ]
}

export const describeServiceAccount: Describer = function* (account, asking) {
  const secrets = (account.imagePullSecrets ?? []) as readonly { readonly name: string }[]
  const pull: Lines =
    secrets.length === 0
      ? ['Image pull secrets:\t<none>']
      : secrets.map(({ name }, i) => `${i === 0 ? 'Image pull secrets:' : ' '.repeat(19)}\t${name}`)
  return [...named(account), ...marked(account), ...pull, ...(yield* asking.events(account))]
}

const sorted = (values: Readonly<Record<string, string>>) => Object.keys(values).sort()
