import { StateMark } from './StateMark'
import type { Token } from './sceneTypes'

const HEIGHT = 28

/** A token around its dot: the dot is at 0,0. */
export function TokenView({ token }: { readonly token: Token }) {
  const { offset, width } = token
  const beside = Math.abs(offset.x) > width / 2
  const stem = beside
    ? { left: offset.x > 0 ? 0 : offset.x + width / 2, top: offset.y - 0.75, width: Math.abs(offset.x) - width / 2, height: 1.5 }
    : { left: -0.75, top: Math.min(0, offset.y), width: 1.5, height: Math.abs(offset.y) }
  return (
    <div className={`token ${token.style} hue-${token.hue}`}>
      {token.label && token.style !== 'refusal' && <i className="token-stem" style={stem} />}
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
