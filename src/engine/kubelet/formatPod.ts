// A Pod in the kubelet's messages: `web_default(uid)`.
// Upstream: kubernetes pkg/kubelet/util/format/pod.go (Pod)

import type { Pod } from '../api/kinds/pod/types'

export const formatPod = ({ metadata: { name, namespace, uid } }: Pod): string => `${name}_${namespace}(${uid})`
