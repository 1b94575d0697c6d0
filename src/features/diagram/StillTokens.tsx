import { pointAt } from './geometry'
import type { Token } from './sceneTypes'
import { TokenView } from './TokenView'

/** Tokens where they rest: for reduced motion, and until the moving layer is there. */
export function StillTokens({ tokens }: { readonly tokens: readonly Token[] }) {
  return tokens.map((token) => {
    const { x, y } = pointAt(token.way, 1)
    return (
      <div key={token.id} className="token-place" style={{ transform: `translate(${x}px, ${y}px)` }}>
        <TokenView token={token} />
      </div>
    )
  })
}
