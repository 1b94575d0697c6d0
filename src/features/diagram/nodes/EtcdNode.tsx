import { Suspense, lazy } from 'react'
import type { NodeProps } from '@xyflow/react'
import { fill } from '../../../i18n/rich'
import type { EtcdNodeType } from '../nodeTypes'
import { Anchors } from './Anchors'

/** Where etcd has several members. */
const Members = lazy(async () => ({ default: (await import('./Members')).Members }))
const MemberPills = lazy(async () => ({ default: (await import('./Members')).MemberPills }))

const LIP = 19

export function EtcdNode({ data: { box, words } }: NodeProps<EtcdNodeType>) {
  const { width, height } = box.rect
  const rx = width / 2 - 1
  const keys = (
    <>
      {box.keys.map((key) => (
        <span key={key} className="clip">
          {key}
        </span>
      ))}
      <span className="etcd-more">{fill(words.moreKeys, { count: String(box.more) })}</span>
    </>
  )
  const revision = <b className="etcd-revision">{fill(words.rev, { revision: String(box.revision) })}</b>
  if (box.compact)
    return (
      <div className={`box etcd-box flat ${box.tone}`}>
        <Anchors />
        <strong className="box-title">{words.etcdTitle}</strong>
        {revision}
        {box.rects.length > 0 ? (
          <Suspense>
            <Members box={box} words={words} />
          </Suspense>
        ) : (
          <div className="etcd-keys">{keys}</div>
        )}
      </div>
    )
  return (
    <div className={`etcd-box ${box.tone} ${box.members.length > 0 ? 'of-several' : ''}`}>
      <Anchors />
      <svg width={width} height={height} aria-hidden="true">
        <path
          className="etcd-body"
          d={`M1 ${LIP + 1} V${height - LIP - 1} A${rx} ${LIP} 0 0 0 ${width - 1} ${height - LIP - 1} V${LIP + 1}`}
        />
        <ellipse className="etcd-lip" cx={width / 2} cy={LIP + 1} rx={rx} ry={LIP} />
      </svg>
      <strong className="etcd-title">{words.etcdTitle}</strong>
      <div className="etcd-keys">{keys}</div>
      {box.members.length > 0 && (
        <Suspense>
          <MemberPills box={box} words={words} />
        </Suspense>
      )}
      {revision}
    </div>
  )
}
