// The engine's one front door.

export type * from './base/fault'
export type * from './base/json'
export type * from './base/hop'
export type * from './base/part'
export type * from './base/why'
export type * from './base/wire'
export type { GroupDiscoveryList } from './client/discovery'
export type * from './client/program'
export type {
  Bootstrap,
  Cluster,
  ClusterOptions,
  History,
  Moment,
  NodeSpec,
  Recording,
  RequestRecord,
  RunEnd,
  RunLimits,
  StaticToken,
  Trace,
} from './cluster/types'
export { base64OfText, bytesOfBase64, textOfBase64 } from './base/base64'
export { readJson } from './api/serializer/parseJson'
export { anyDepth } from './base/anyDepth'
export { goJson, isDeeperThan, isNumber, isObject, listText, own, yamlNumber } from './base/json'
export { isUnprinted, isUnwritable, NO_CONTROL_CHARACTERS, yamlQuote } from './base/yamlQuote'
export { requestFlowMachine } from './flow/requestFlowMachine'
export type { FlowEvent, Route, Step } from './flow/requestFlowMachine'
export { createCluster } from './cluster/cluster'
export { builtinKinds } from './api/kinds/builtin'
export { metadataProblem } from './api/kinds/metadataProblem'
export { createStrategicPatch, createThreeWayPatch } from './api/patch/strategicDiff'
export { equalJson } from './base/equal'
export { goQuote } from './api/go/goQuote'
export { humanDuration } from './api/scalars/duration'
export { applyMergePatch } from './api/patch/mergePatch'
export { countedSpec } from './api/kinds/pod/countedSpec'
export { addQuantity, compareQuantities, formatQuantity, parseQuantity, quantityMilliValue } from './api/scalars/quantity'
