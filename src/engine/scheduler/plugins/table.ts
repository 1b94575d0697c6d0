// The default plugins, in upstream's order, each with its weight in itself. An entry more is a plugin more.
// Leaves out: Pod groups.
// Upstream: kubernetes pkg/scheduler/apis/config/v1/default_plugins.go

import type { Handle } from '../framework/handle'
import type { Plugin } from '../framework/interface'
import { balancedAllocation } from './balancedAllocation'
import { createDefaultBinder } from './defaultBinder'
import { createDefaultPreemption } from './defaultPreemption'
import { dynamicResources } from './dynamicResources'
import { createImageLocality } from './imageLocality'
import { createInterPodAffinity } from './interPodAffinity'
import { nodeAffinity } from './nodeAffinity'
import { nodeDeclaredFeatures } from './nodeDeclaredFeatures'
import { nodeName } from './nodeName'
import { nodePorts } from './nodePorts'
import { nodeResourcesFit } from './nodeResourcesFit'
import { nodeUnschedulable } from './nodeUnschedulable'
import { createNodeVolumeLimits } from './nodeVolumeLimits'
import { createPodTopologySpread } from './podTopologySpread'
import { prioritySort } from './prioritySort'
import { schedulingGates } from './schedulingGates'
import { taintToleration } from './taintToleration'
import { createVolumeBinding } from './volumeBinding'
import { createVolumeRestrictions } from './volumeRestrictions'
import { createVolumeZone } from './volumeZone'

export const defaultPlugins = (handle: Handle): readonly Plugin[] => [
  schedulingGates,
  prioritySort,
  nodeName,
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  createVolumeRestrictions(handle),
  createNodeVolumeLimits(handle),
  createVolumeBinding(handle),
  createVolumeZone(handle),
  createPodTopologySpread(handle),
  createInterPodAffinity(handle),
  dynamicResources,
  createDefaultPreemption(handle),
  balancedAllocation,
  createImageLocality(handle.cache),
  createDefaultBinder(handle),
  nodeDeclaredFeatures,
]
