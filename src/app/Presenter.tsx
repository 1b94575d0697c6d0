import type { ReactNode } from 'react'

interface PresenterProps {
  readonly diagram: ReactNode
  readonly narration: ReactNode
  readonly steps: ReactNode
  readonly transport: ReactNode
  /** What the button says that goes back to the whole page. */
  readonly leave: string
  readonly onLeave: () => void
  readonly children: ReactNode
}

/** The page for a projector: the picture, large, and the words below it. */
export function Presenter({ diagram, narration, steps, transport, leave, onLeave, children }: PresenterProps) {
  return (
    <main className="presenter" data-ready="true">
      <div className="presenter-diagram">{diagram}</div>
      <div className="presenter-words">
        {narration}
        <div className="presenter-side">
          {steps}
          <div className="presenter-controls">
            {transport}
            <button type="button" className="button" onClick={onLeave}>
              {leave}
            </button>
          </div>
        </div>
      </div>
      {children}
    </main>
  )
}
