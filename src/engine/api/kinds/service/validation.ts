// What a Service must be. Leaves out: addresses and node ports that the registry allocates, dual stack.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (ValidateService)

import type { ApiObject, JsonObject } from '../../object'
import { dnsLabelErrors } from '../../validation/names'
import { validateLabels } from '../../validation/objectMeta'
import { portNameErrors } from '../pod/validation'
import { missing, named, NONE, notAllowed, oneOf, Path, portNumber, repeated, required, wrong, type Errors } from '../../validation/rules'

interface ServicePort extends JsonObject {
  readonly name?: string
  readonly port: number
  readonly nodePort?: number
  readonly protocol?: string
  readonly targetPort?: number | string
}

export function validateService(object: ApiObject): Errors {
  const spec = (object.spec ?? {}) as JsonObject & {
    readonly type?: string
    readonly clusterIP?: string
    readonly ports?: readonly ServicePort[]
    readonly selector?: Readonly<Record<string, string>>
  }
  const at = Path.root('spec')
  const { type = '', ports = [] } = spec
  const headless = spec.clusterIP === 'None'
  const names = new Set<string>()
  return [
    ...(ports.length === 0 && !headless && type !== 'ExternalName' ? missing(at.child('ports')) : NONE),
    ...ports.flatMap((p, i): Errors => {
      const place = at.child('ports').index(i)
      const again = p.name !== undefined && names.has(p.name)
      if (p.name) names.add(p.name)
      return [...validatePort(p, place, ports.length > 1), ...(again ? repeated(place.child('name'), p.name) : NONE)]
    }),
    ...validateLabels(spec.selector, at.child('selector')),
    ...oneOf(spec.sessionAffinity as string | undefined, ['ClientIP', 'None'], at.child('sessionAffinity')),
    ...oneOf(type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], at.child('type')),
    ...(type === 'ExternalName' ? required(spec.externalName, at.child('externalName')) : NONE),
    ...(type === 'ClusterIP'
      ? ports.flatMap((p, i) =>
          p.nodePort ? notAllowed(at.child('ports').index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'") : NONE,
        )
      : NONE),
    ...(spec.externalTrafficPolicy !== undefined && type === 'ClusterIP'
      ? wrong(at.child('externalTrafficPolicy'), spec.externalTrafficPolicy, 'may only be set for externally-accessible services')
      : NONE),
  ]
}

function validatePort(p: ServicePort, at: Path, several: boolean): Errors {
  return [
    ...(p.name ? named(p.name, at.child('name'), dnsLabelErrors) : several ? missing(at.child('name')) : NONE),
    ...portNumber(p.port, at.child('port')),
    ...oneOf(p.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol')),
    ...(typeof p.targetPort === 'number'
      ? portNumber(p.targetPort, at.child('targetPort'))
      : p.targetPort
        ? named(p.targetPort, at.child('targetPort'), portNameErrors)
        : NONE),
  ]
}
