import { fill } from '../../../i18n/rich'
import type { DiagramMessages } from '../../../i18n/messages/en/diagram'
import type { EtcdBox, EtcdMember } from '../sceneTypes'

const SIGNS = { leader: '★', follower: '', candidate: '?', down: '✕', cut: '✂', slow: '◷' } as const

interface MembersProps {
  readonly box: EtcdBox
  readonly words: DiagramMessages
}

/** The members as cylinders, and whether enough of them are left. */
export function Members({ box, words }: MembersProps) {
  const { quorum } = box
  return (
    <>
      <span className={`quorum ${quorum ? '' : 'lost'}`}>{quorum ? words.quorum : words.noQuorum}</span>
      {box.members.map((member, i) => {
        const { x, y, width, height } = box.rects[i]!
        const [rx, ry] = [width / 2 - 1, 7]
        return (
          <div key={member.name} className={`member ${member.role}`} style={{ left: x - box.rect.x, top: y - box.rect.y, width, height }}>
            <svg width={width} height={height} aria-hidden="true">
              <path d={`M1 ${ry + 1} V${height - ry - 1} A${rx} ${ry} 0 0 0 ${width - 1} ${height - ry - 1} V${ry + 1}`} />
              <ellipse className="member-lip" cx={width / 2} cy={ry + 1} rx={rx} ry={ry} />
            </svg>
            <strong>{member.name}</strong>
            <span className="member-role">{says(member, words)}</span>
            <code>{fill(words.log, { count: String(member.log) })}</code>
          </div>
        )
      })}
    </>
  )
}

function says({ role, link }: EtcdMember, words: DiagramMessages): string {
  return link && role !== 'down' ? words[`mark.${link}`] : words[`member.${role}`]
}

/** The same with little room. */
export function MemberPills({ box, words }: MembersProps) {
  return (
    <div className="member-pills">
      {box.members.map((member) => (
        <span key={member.name} className={`member-pill ${member.role} ${member.link ?? ''}`} title={says(member, words)}>
          <i aria-hidden="true">{SIGNS[member.link ?? member.role]}</i>
          {member.name}
          <span className="unseen">{says(member, words)}</span>
        </span>
      ))}
    </div>
  )
}
