import { Background, ReactFlow, ReactFlowProvider, ViewportPortal, useReactFlow } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { Suspense, lazy, use, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Recording } from '../../engine/index'
import type { DiagramMessages } from '../../i18n/messages/en/diagram'
import { faultMarks } from '../../stores/faultsAt'
import type { Detail, StoryMoment } from '../../stores/momentKinds'
import type { Topology } from '../../stores/topology'
import { cameraFor, follows, spreadFor, type Size } from './camera'
import './diagram.css'
import { edgesOf, nodesOf } from './flow'
import { LaneEdge } from './LaneEdge'
import { ApiserverNode } from './nodes/ApiserverNode'
import { BadgeNode } from './nodes/BadgeNode'
import { ControllersNode } from './nodes/ControllersNode'
import { ControlPlaneNode } from './nodes/ControlPlaneNode'
import { MarkNode } from './nodes/MarkNode'
import { EtcdNode } from './nodes/EtcdNode'
import { MoreWorkersNode } from './nodes/MoreWorkersNode'
import { SchedulerNode } from './nodes/SchedulerNode'
import { UserNode } from './nodes/UserNode'
import { WorkerNode } from './nodes/WorkerNode'
import { telling, trouble, underTheHood } from './parts'
import { scene as sceneOf } from './scene'
import type { Scene } from './sceneTypes'
import { sixSteps } from './sixSteps'
import { StillTokens } from './StillTokens'

const nodeTypes = {
  user: UserNode,
  apiserver: ApiserverNode,
  etcd: EtcdNode,
  scheduler: SchedulerNode,
  controllers: ControllersNode,
  worker: WorkerNode,
  controlPlane: ControlPlaneNode,
  badge: BadgeNode,
  mark: MarkNode,
  moreWorkers: MoreWorkersNode,
}
const edgeTypes = { lane: LaneEdge }
const TokenLayer = lazy(async () => ({ default: (await import('./TokenLayer')).TokenLayer }))
const CAMERA_MS = 300

export interface DiagramProps {
  readonly cluster: Pick<Recording, 'trace' | 'history'>
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly detail: Detail
  readonly topology: Topology
  readonly words: DiagramMessages
  readonly speed: number
  readonly reducedMotion: boolean
}

/** The picture of the cluster at one moment. Holds nothing but where the camera stands. */
export function Diagram(props: DiagramProps) {
  return (
    <ReactFlowProvider>
      <Suspense fallback={<section className="diagram" aria-label={props.words.topology} aria-busy="true" />}>
        <Picture {...props} />
      </Suspense>
    </ReactFlowProvider>
  )
}

function Picture({ cluster, moments, index, detail, topology, words, speed, reducedMotion }: DiagramProps) {
  const place = useRef<HTMLElement>(null)
  const size = useSize(place)
  const spread = spreadFor(size)
  const { trace, history } = cluster
  const zoom = detail === 'six-steps' ? sixSteps : (underTheHood.loaded ?? use(underTheHood.load()))
  const told = moments.length > 1 ? (telling.loaded ?? use(telling.load())) : null
  const troubled = topology.etcdMembers > 1 || faultMarks(trace, moments[0]!.hop).length > 0
  const marks = troubled ? (trouble.loaded ?? use(trouble.load())) : null
  const scene = useMemo(
    () => sceneOf({ trace, history, moments, index, detail, topology, spread }, zoom, { telling: told, trouble: marks }),
    [trace, history, moments, index, detail, topology, spread, zoom, told, marks],
  )
  const nodes = useMemo(() => nodesOf(scene, words), [scene, words])
  const edges = useMemo(() => edgesOf(scene, words), [scene, words])
  const { moved, setMoved, refit } = useCamera(size, scene, reducedMotion)
  return (
    <section ref={place} className="diagram" aria-label={words.topology} data-detail={detail}>
      {size.width > 0 && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultViewport={cameraFor(size, scene)}
          minZoom={0.3}
          maxZoom={4}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          zoomOnDoubleClick={false}
          proOptions={{ hideAttribution: true }}
          onMoveStart={(event) => event && setMoved(true)}
        >
          <Background gap={22} size={2} color="var(--grid-dot)" />
          <ViewportPortal>
            <div className="tokens">
              {/* What moves them is loaded with the first token. */}
              {reducedMotion || scene.tokens.length === 0 ? (
                <StillTokens tokens={scene.tokens} />
              ) : (
                <Suspense fallback={<StillTokens tokens={scene.tokens} />}>
                  <TokenLayer tokens={scene.tokens} speed={speed} />
                </Suspense>
              )}
            </div>
          </ViewportPortal>
        </ReactFlow>
      )}
      {moved && (
        <button type="button" className="diagram-fit" onClick={refit}>
          {words.fit}
        </button>
      )}
    </section>
  )
}

/** Keeps the picture fitted until the reader moves it; where it does not fit, follows the token. */
function useCamera(size: Size, scene: Scene, reducedMotion: boolean) {
  const { setViewport } = useReactFlow()
  const [moved, setMoved] = useState(false)
  const following = follows(size, scene)
  const camera = cameraFor(size, scene)
  const { x, y, zoom } = camera
  useEffect(() => {
    if (size.width === 0 || (moved && !following)) return
    void setViewport({ x, y, zoom }, { duration: following && !reducedMotion ? CAMERA_MS : 0 })
  }, [x, y, zoom, size.width, moved, following, reducedMotion, setViewport])
  const refit = () => {
    setMoved(false)
    void setViewport(camera)
  }
  return { moved, setMoved, refit }
}

function useSize(ref: React.RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return size
}
