import { LazyMotion, animate, domAnimation, m, useMotionValue, useTransform } from 'framer-motion'
import { useEffect } from 'react'
import { pointAt } from './geometry'
import type { Token } from './sceneTypes'
import { TokenView } from './TokenView'

const TRAVEL_SECONDS = 0.7

interface TokenLayerProps {
  readonly tokens: readonly Token[]
  readonly speed: number
}

/** Tokens that travel to where they rest. Loaded after the picture stands. */
export function TokenLayer({ tokens, speed }: TokenLayerProps) {
  return (
    <LazyMotion features={domAnimation} strict>
      {tokens.map((token) => (
        <MovingToken key={token.id} token={token} speed={speed} />
      ))}
    </LazyMotion>
  )
}

function MovingToken({ token, speed }: { readonly token: Token; readonly speed: number }) {
  const progress = useMotionValue(0)
  const x = useTransform(progress, (p) => pointAt(token.way, p).x)
  const y = useTransform(progress, (p) => pointAt(token.way, p).y)
  useEffect(() => {
    const travel = animate(progress, 1, { duration: TRAVEL_SECONDS / speed, ease: 'easeInOut' })
    return () => travel.stop()
  }, [progress, speed])
  return (
    <m.div className="token-place" style={{ x, y }}>
      <TokenView token={token} />
    </m.div>
  )
}
