// What the server warns of in the ports of a Pod's containers: the same one twice, and names that stand for two.
// Upstream: kubernetes pkg/api/pod/warnings.go

import { goQuote } from '../../go/goQuote'
import type { Path } from '../../validation/rules'
import type { Container, ContainerPort } from './types'

type Texts = readonly string[]
type Containers = readonly (readonly [Container, Path])[]

export const portWarnings = (containers: Containers): Texts => [...clashes(containers), ...names(containers)]

function clashes(containers: Containers): Texts {
  const all = new Map<string, (readonly [Path, ContainerPort])[]>()
  return containers.flatMap(([c, place]) =>
    (c.ports ?? []).flatMap((port, i) => {
      const here = place.child('ports').index(i)
      const key = `${port.containerPort}/${port.protocol ?? 'TCP'}`
      const others = all.get(key) ?? []
      all.set(key, [...others, [here, port]])
      return [
        ...(port.hostIP && !port.hostPort ? [`${here}: hostIP set without hostPort: ${printed(port)}`] : []),
        ...others.flatMap(([there, other]) => {
          const how = clash(port, other)
          return how ? [`${here}: ${how} port definition with ${there}`] : []
        }),
      ]
    }),
  )
}

function clash(port: ContainerPort, other: ContainerPort): string | undefined {
  const [a, b] = [port.hostPort ?? 0, other.hostPort ?? 0]
  const [ip, otherIp] = [port.hostIP ?? '', other.hostIP ?? '']
  if (ip === otherIp && a === b) return 'duplicate'
  if (a === 0 || b === 0) return 'overlapping'
  return a === b && (ip === '') !== (otherIp === '') ? 'dangerously ambiguous' : undefined
}

const printed = ({ name = '', hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' }: ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`

function names(containers: Containers): Texts {
  const seen = new Map<string, Path>()
  return containers.flatMap(([c, place]) =>
    (c.ports ?? []).flatMap(({ name }, i) => {
      if (!name) return []
      const [here, first] = [place.child('ports').index(i), seen.get(name)]
      if (!first) seen.set(name, here)
      return first
        ? [`${here}: duplicate port name ${goQuote(name)} with ${first}, services and probes that select ports by name will use ${first}`]
        : []
    }),
  )
}
