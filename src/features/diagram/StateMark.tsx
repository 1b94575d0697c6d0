/** Success, refusal and the rest by shape as well as by colour. */
export function StateMark({ state }: { readonly state: 'check' | 'cross' | 'tick' | 'octagon' | 'dot' | 'ring' | 'back' }) {
  return (
    <svg className={`state-mark ${state}`} width={15} height={15} viewBox="-8 -8 16 16" aria-hidden="true">
      {state === 'tick' && <circle r={7} className="mark-fill" />}
      {state === 'octagon' && (
        <polygon className="mark-fill" points="-3.1,-7.5 3.1,-7.5 7.5,-3.1 7.5,3.1 3.1,7.5 -3.1,7.5 -7.5,3.1 -7.5,-3.1" />
      )}
      {state === 'dot' && <circle r={6} className="mark-fill" />}
      {state === 'ring' && <circle r={4.75} className="mark-ring" />}
      {(state === 'tick' || state === 'check') && <path className="mark-line" d="M-3.4 0.2 L-1 2.6 L3.6 -2.4" />}
      {(state === 'octagon' || state === 'cross') && <path className="mark-line" d="M-2.8 -2.8 L2.8 2.8 M2.8 -2.8 L-2.8 2.8" />}
      {state === 'back' && <path className="mark-line" d="M7 0 L-4 0 M-1 -3.4 L-5.4 0 L-1 3.4" />}
    </svg>
  )
}
