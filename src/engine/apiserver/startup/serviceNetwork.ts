// What Services get their addresses and ports from, and the Service by which Pods find the server itself: with its address taken like any
// other, and with endpoints that say where the servers are, by the records that each of them keeps in etcd.
// Upstream: kubernetes pkg/controlplane/controller/{defaultservicecidr,kubernetesservice}, pkg/controlplane/reconcilers/{lease,endpointsadapter}.go,
//           pkg/registry/core/service/portallocator/controller/repair.go, apiserver pkg/reconcilers/peer_endpoint_lease.go

import { equalJson } from '../../base/equal'
import { endpoints } from '../../api/kinds/endpoints'
import { endpointSlice } from '../../api/kinds/endpointslice'
import { ipAddress, ipAddressFor } from '../../api/kinds/ipaddress'
import { service } from '../../api/kinds/service'
import { SERVICE_NETWORK } from '../../api/kinds/service/allocate'
import { NODE_PORTS } from '../../api/kinds/service/nodePorts'
import type { ServiceSpec } from '../../api/kinds/service/types'
import { serviceCidr } from '../../api/kinds/servicecidr'
import type { ApiObject, Json, JsonObject } from '../../api/object'
import { without } from '../../base/without'
import { IP, PORT, SERVER_ID } from '../address'
import type { ServerState } from '../serverState'
import { ownObject, type OwnObject } from './ownObject'

const record = (key: string, object: JsonObject): OwnObject => ({
  kind: null,
  key: `/registry/${key}`,
  object: object as ApiObject,
  manager: '',
})

export function ownRanges(): readonly OwnObject[] {
  const ready = { type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }
  return [
    ownObject(
      serviceCidr,
      { metadata: { name: 'kubernetes' }, spec: { cidrs: [SERVICE_NETWORK] } },
      { status: { manager: 'kubernetes-service-cidr-controller', condition: () => ready } },
    ),
    record('ranges/servicenodeports', { kind: 'RangeAllocation', apiVersion: 'v1', metadata: {}, range: NODE_PORTS, data: '' }),
  ]
}

/** Once all else is there: servers without it are not ready, and none sends Pods to a server that is not. */
export function ownEndpoints(services: readonly JsonObject[], server: ServerState): readonly OwnObject[] {
  const ports = [{ name: 'https', port: PORT, protocol: 'TCP' }]
  const addresses = [{ ip: IP }]
  return [
    ...services.flatMap((given) => {
      const { metadata, spec } = given as ApiObject
      const sent = without(spec as ServiceSpec, 'clusterIPs', 'ipFamilies')
      const address = ownObject(ipAddress, ipAddressFor(sent.clusterIP ?? '', metadata))
      return isAnothers(address, server) ? [] : [address, ownObject(service, { metadata, spec: sent })]
    }),
    record(`masterleases/${IP}`, { kind: 'Endpoints', apiVersion: 'v1', metadata: { generation: 1 }, subsets: [{ addresses }] }),
    ownObject(endpoints, {
      metadata: { ...KUBERNETES, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      subsets: [{ addresses, ports }],
    }),
    ownObject(endpointSlice, {
      metadata: { ...KUBERNETES, labels: { 'kubernetes.io/service-name': KUBERNETES.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [IP], conditions: { ready: true } }],
      ports,
    }),
    record(`peerserverleases/${SERVER_ID}`, {
      kind: 'Endpoints',
      apiVersion: 'v1',
      metadata: { generation: 1, labels: { apiserverIdentity: SERVER_ID } },
      subsets: [{ addresses, ports }],
    }),
  ]
}

/** Whether somebody else was given the address while its Service was away. */
function isAnothers({ key, object }: OwnObject, server: ServerState): boolean {
  const held = server.cacheOf(ipAddress).get(key)
  return held !== undefined && !equalJson(held.spec as Json, object.spec as Json)
}

const KUBERNETES = { name: 'kubernetes', namespace: 'default' }
