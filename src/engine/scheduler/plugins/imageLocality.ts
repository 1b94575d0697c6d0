// A node that has the images already is better, the more so the bigger they are and the more nodes have them.
// Upstream: kubernetes pkg/scheduler/framework/plugins/imagelocality/image_locality.go

import type { Pod } from '../../api/kinds/pod/types'
import type { Cache } from '../cache/cache'
import type { NodeInfo } from '../cache/nodeInfo'
import { MAX_SCORE, type Plugin } from '../framework/interface'

const MB = 1024 * 1024
const MIN = 23 * MB
const MAX_EACH = 1000 * MB

export function createImageLocality(cache: Cache): Plugin {
  const sizeOf = (image: string, node: NodeInfo): number => {
    const name = withTag(image)
    const size = node.images.get(name)
    return size === undefined ? 0 : Math.trunc(size * (cache.nodesWithImage(name) / cache.list().length))
  }
  return {
    name: 'ImageLocality',
    weight: 1,
    score(_state, pod, node) {
      if (node.images.size === 0) return 0
      const containers = pod.spec.containers.length + (pod.spec.initContainers?.length ?? 0)
      const sum = imagesOf(pod).reduce((total, image) => total + sizeOf(image, node), 0)
      const max = MAX_EACH * containers
      return Math.trunc((MAX_SCORE * (Math.min(max, Math.max(MIN, sum)) - MIN)) / (max - MIN))
    },
  }
}

function imagesOf({ spec }: Pod): string[] {
  const volumes = (spec.volumes ?? []).flatMap((v) => (v.image as { readonly reference?: string } | undefined)?.reference ?? [])
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap((c) => c.image ?? []).concat(volumes)
}

const withTag = (image: string) => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image)
