// The default plugins, in upstream's order, each with its weight in itself. An entry more is a plugin more.
// Leaves out: VolumeRestrictions, NodeVolumeLimits, VolumeBinding, VolumeZone (no volumes are bound here), ImageLocality (images have no size that differs).
// Upstream: kubernetes pkg/scheduler/apis/config/v1/default_plugins.go

import type { Plugin } from '../framework'
import { balancedAllocation } from './balancedAllocation'
import { nodeAffinity } from './nodeAffinity'
import { nodeName } from './nodeName'
import { nodePorts } from './nodePorts'
import { nodeResourcesFit } from './nodeResourcesFit'
import { nodeUnschedulable } from './nodeUnschedulable'
import { schedulingGates } from './schedulingGates'
import { taintToleration } from './taintToleration'

export const defaultPlugins: readonly Plugin[] = [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  balancedAllocation,
]
