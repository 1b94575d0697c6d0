// Short names, a number of 32 bits in letters that make no words: of a template (`pod-template-hash` of a ReplicaSet,
// `controller-revision-hash` of a DaemonSet's Pods), and of the content of a ControllerRevision.
// Simplified: upstream hashes a template as Go prints it, this model its sorted JSON, so a real cluster gives it another name. The names of
// ControllerRevisions are the real ones: upstream hashes those as JSON, too.
// Upstream: kubernetes pkg/controller/controller_utils.go (ComputeHash), pkg/controller/history (HashControllerRevision); apimachinery pkg/util/rand

import { sortedJson } from '../api/go/goValue'
import type { JsonObject } from '../base/json'
import { Recent } from '../base/recent'
import type { PodTemplate } from './workloads'

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'
const PRIME = 16777619
const OFFSET = 2166136261

/** Of templates without a collision, as nearly all are. */
const known = new Recent<PodTemplate, string>()

export function templateHash(template: PodTemplate, collisions = 0): string {
  if (collisions > 0) return hashOf(template, String(collisions))
  return known.get(template) ?? known.add(template, hashOf(template, ''))
}

const hashOf = (template: PodTemplate, salt: string) => safeEncode(fnv1a(sortedJson(template) + salt))

export function revisionHash(data: JsonObject, collisions: number): string {
  return safeEncode(fnv1(`${sortedJson(data)}${String(collisions)}`))
}

/** Digits become letters of which no word can be made. */
function safeEncode(hash: number): string {
  return [...String(hash)].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join('')
}

function fnv1(text: string): number {
  let hash = OFFSET
  for (const byte of new TextEncoder().encode(text)) hash = (Math.imul(hash, PRIME) ^ byte) >>> 0
  return hash
}

function fnv1a(text: string): number {
  let hash = OFFSET
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, PRIME) >>> 0
  return hash
}
