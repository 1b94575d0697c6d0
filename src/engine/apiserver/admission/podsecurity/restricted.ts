// The checks that the restricted standard has beside those of baseline, or instead of them.
// Upstream: pod-security-admission policy/check_*.go

import type { JsonObject } from '../../../api/object'
import {
  adding,
  inUserNamespace,
  named,
  onWindows,
  plural,
  procMounts,
  quoted,
  seccompSet,
  setBy,
  sorted,
  where,
  type Check,
} from './check'

const allowPrivilegeEscalation: Check = {
  since: 8,
  run(about) {
    const names = onWindows(about) ? [] : where(about.containers, (s) => s.allowPrivilegeEscalation !== false)
    if (names.length === 0) return null
    return {
      reason: 'allowPrivilegeEscalation != false',
      detail: `${named(names)} must set securityContext.allowPrivilegeEscalation=false`,
    }
  },
}

const capabilitiesRestricted: Check = {
  since: 22,
  run(about) {
    if (onWindows(about)) return null
    const undropped = where(about.containers, (s) => !s.capabilities?.drop?.includes('ALL'))
    const added = adding(about.containers, (c) => c === 'NET_BIND_SERVICE')
    const details = [
      ...(undropped.length > 0 ? [`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(added === null ? [] : [added]),
    ]
    return details.length === 0 ? null : { reason: 'unrestricted capabilities', detail: details.join('; ') }
  },
}

const procMountRestricted: Check = { since: 35, run: procMounts }

const VOLUMES = 'configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret'.split(' ')

const restrictedVolumes: Check = {
  run({ spec }) {
    const typeOf = (volume: JsonObject) => Object.keys(volume).find((key) => key !== 'name' && volume[key] !== undefined) ?? 'unknown'
    const bad = (spec.volumes ?? []).filter((v) => !VOLUMES.includes(typeOf(v as JsonObject)))
    if (bad.length === 0) return null
    const types = sorted(bad.map((v) => typeOf(v as JsonObject)))
    const uses = `${plural('uses', 'use', bad.length)} ${plural('restricted volume type', 'restricted volume types', types.length)}`
    const detail = `${plural('volume', 'volumes', bad.length)} ${quoted(bad.map((v) => v.name))} ${uses} ${quoted(types)}`
    return { reason: 'restricted volume types', detail }
  },
}

const runAsNonRoot: Check = {
  run(about) {
    if (inUserNamespace(about)) return null
    const reason = 'runAsNonRoot != true'
    const by = setBy(about, (s) => s.runAsNonRoot === false)
    if (by !== '') return { reason, detail: `${by} must not set securityContext.runAsNonRoot=false` }
    if (about.security.runAsNonRoot === true) return null
    const unset = where(about.containers, (s) => s.runAsNonRoot === undefined)
    return unset.length === 0 ? null : { reason, detail: `pod or ${named(unset)} must set securityContext.runAsNonRoot=true` }
  },
}

const runAsUser: Check = {
  since: 23,
  run(about) {
    const by = inUserNamespace(about) ? '' : setBy(about, (s) => s.runAsUser === 0)
    return by === '' ? null : { reason: 'runAsUser=0', detail: `${by} must not set runAsUser=0` }
  },
}

const seccompRestricted: Check = {
  since: 19,
  run(about) {
    if (onWindows(about)) return null
    const set = seccompSet(about)
    if (set || about.security.seccompProfile) return set
    const unset = where(about.containers, (s) => s.seccompProfile === undefined)
    if (unset.length === 0) return null
    const wanted = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return { reason: 'seccompProfile', detail: `pod or ${named(unset)} ${wanted}` }
  },
}

/** By their names upstream, which is the order they speak in. */
export const RESTRICTED: readonly Check[] = [
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompRestricted,
]
