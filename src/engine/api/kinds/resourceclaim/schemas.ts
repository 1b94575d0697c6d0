// The types of dynamic resource allocation. Leaves out: statuses. Upstream: k8s.io/api/resource/v1/types.go

import { types } from '../types'

const HEAD = 'apiVersion:s;kind:s;metadata:ObjectMeta+'
const ASKED =
  'deviceClassName*:s;selectors:[]DeviceSelector;allocationMode:s-;count:l-;tolerations:[]DeviceToleration;capacity:CapacityRequirements;derivedAttributes:[]o'

types.add({
  DeviceClass: `${HEAD};spec:DeviceClassSpec+`,
  DeviceClassSpec: 'config:[]DeviceClassConfiguration;extendedResourceName:s;selectors:[]DeviceSelector',
  DeviceClassConfiguration: 'opaque:OpaqueDeviceConfiguration',
  OpaqueDeviceConfiguration: 'driver*:s;parameters*:o',
  DeviceSelector: 'cel:CELDeviceSelector',
  CELDeviceSelector: 'expression*:s',
  DeviceTaintRule: `${HEAD};spec:o;status:o`,
  // The core's own ResourceClaim is a container's reference to one of these.
  'ResourceClaim@resource': `${HEAD};spec:ResourceClaimSpec+;status:o`,
  ResourceClaimSpec: 'devices:DeviceClaim+',
  DeviceClaim: 'config:[]DeviceClaimConfiguration;constraints:[]DeviceConstraint;requests:[]DeviceRequest^',
  DeviceClaimConfiguration: 'opaque:OpaqueDeviceConfiguration;requests:[]s',
  DeviceConstraint: 'distinctAttribute:s;matchAttribute:s;requests:[]s',
  DeviceRequest: 'exactly:ExactDeviceRequest;firstAvailable:[]DeviceSubRequest;name*:s',
  ExactDeviceRequest: `adminAccess:b;${ASKED}`,
  DeviceSubRequest: `name*:s;${ASKED}`,
  DeviceToleration: 'effect:s-;key:s-;operator:s-;tolerationSeconds:l;value:s-',
  CapacityRequirements: 'requests:<q>',
  ResourceClaimTemplate: `${HEAD};spec:ResourceClaimTemplateSpec+`,
  ResourceClaimTemplateSpec: 'metadata:ObjectMeta+;spec:ResourceClaimSpec+',
  ResourceSlice: `${HEAD};spec:ResourceSliceSpec+`,
  ResourceSliceSpec:
    'allNodes:b;devices:[]o;driver*:s;nodeName:s;nodeSelector:NodeSelector;partitionTypeAttribute:s;perDeviceNodeSelection:b;pool:ResourcePool+;sharedCounters:[]o;skipNodeOperations:[]s',
  ResourcePool: 'generation*:l;name*:s;resourceSliceCount*:l',
})
