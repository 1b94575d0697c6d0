import { StateMark } from './StateMark'
import type { Token } from './sceneTypes'

const HEIGHT = 28

/** A token around its dot: the dot is at 0,0. */
export function TokenView({ token }: { readonly token: Token }) {
  const { offset, width } = token
  const gap = Math.abs(offset.x) - width / 2
  const named = token.label !== '' && token.style !== 'refusal'
  const rises = Math.abs(offset.y) > HEIGHT / 2
  return (
    <div className={`token ${token.style} hue-${token.hue}`}>
      {named && rises && (
        <i className="token-stem" style={{ left: -0.75, top: Math.min(0, offset.y), width: 1.5, height: Math.abs(offset.y) }} />
      )}
      {named && gap > 0 && (
        <i
          className="token-stem"
          style={{ left: offset.x > 0 ? 0 : offset.x + width / 2, top: offset.y - 0.75, width: gap, height: 1.5 }}
        />
      )}
      {token.style === 'refusal' ? (
        <span className="token-octagon">
          <StateMark state="octagon" />
        </span>
      ) : (
        <i className="token-dot" />
      )}
      {token.label && (
        <span className="token-label" style={{ left: offset.x - width / 2, top: offset.y - HEIGHT / 2, width, height: HEIGHT }}>
          {token.icon && token.style === 'answer' && <StateMark state={token.icon} />}
          {token.label}
        </span>
      )}
    </div>
  )
}
