// A mirror Pod: made by a kubelet of a file of its own, for others to see.
// Upstream: kubernetes pkg/apis/core/annotation_key_constants.go

import type { ApiObject } from '../../object'

export const MIRROR = 'kubernetes.io/config.mirror'

export const isMirror = ({ metadata }: ApiObject) => metadata.annotations?.[MIRROR] !== undefined
