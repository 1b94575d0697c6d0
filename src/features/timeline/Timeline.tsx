import { useMemo, useRef, type PointerEvent } from 'react'
import { fill } from '../../i18n/rich'
import type { TimelineMessages } from '../../i18n/messages/en/timeline'
import type { StoryMoment } from '../../stores/momentKinds'
import { barsOf, lanesIn, momentAtPoint } from './bars'
import './timeline.css'

export interface TimelineProps {
  readonly moments: readonly StoryMoment[]
  readonly index: number
  readonly onSeek: (index: number) => void
  /** What is happening, for those who cannot see where the playhead is. */
  readonly says: string
  readonly words: TimelineMessages
}

/** A lane for each actor, and the playhead as something to hold. */
export function Timeline({ moments, index, onSeek, says, words }: TimelineProps) {
  const track = useRef<HTMLDivElement>(null)
  const bars = useMemo(() => barsOf(moments), [moments])
  const lanes = useMemo(() => lanesIn(moments), [moments])
  const last = moments.length - 1
  const place = (moment: number) => `${last === 0 ? 0 : (moment / last) * 100}%`
  const seek = (event: PointerEvent) => {
    const box = track.current!.getBoundingClientRect()
    onSeek(momentAtPoint((event.clientX - box.left) / box.width, moments.length))
  }
  return (
    <div className={`timeline ${lanes.length > 5 ? 'dense' : ''}`}>
      <div className="timeline-names" aria-hidden="true">
        {lanes.map((lane) => (
          <span key={lane}>{words[`lane.${lane}`]}</span>
        ))}
      </div>
      <div
        ref={track}
        className="timeline-track"
        role="slider"
        tabIndex={0}
        aria-label={words.timeline}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={`${fill(words.moment, { index: String(index), last: String(last) })}: ${says}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          seek(event)
        }}
        onPointerMove={(event) => event.buttons > 0 && event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}
      >
        {lanes.map((lane) => (
          <div key={lane} className={`timeline-lane lane-${lane}`}>
            {bars
              .filter((bar) => bar.actor === lane)
              .map((bar) => (
                <Piece key={bar.from} bar={bar} index={index} last={last} />
              ))}
            {moments.map((moment, at) =>
              moment.kind === 'refused' && moment.actor === lane ? (
                <span key={at} className="timeline-refused" style={{ left: place(at) }} title={words.refusedHere}>
                  <svg viewBox="-11 -11 22 22" aria-hidden="true">
                    <polygon points="-4.5,-11 4.5,-11 11,-4.5 11,4.5 4.5,11 -4.5,11 -11,4.5 -11,-4.5" />
                    <path d="M-4 -4 L4 4 M4 -4 L-4 4" />
                  </svg>
                </span>
              ) : null,
            )}
          </div>
        ))}
        {last === 0 ? (
          <span className="timeline-empty">{words.empty}</span>
        ) : (
          <span className="timeline-head" style={{ left: place(index) }} />
        )}
      </div>
    </div>
  )
}

/** A bar: full up to the position, pale beyond it. */
function Piece({
  bar,
  index,
  last,
}: {
  readonly bar: { readonly from: number; readonly to: number }
  readonly index: number
  readonly last: number
}) {
  const start = bar.from - 1
  const done = Math.max(0, Math.min(bar.to, index) - start)
  const style = (from: number, length: number) => ({
    left: `${(from / last) * 100}%`,
    width: `max(6px, calc(${(length / last) * 100}% - 3px))`,
  })
  return (
    <>
      {done < bar.to - start && <i className="pale" style={style(start + done, bar.to - start - done)} />}
      {done > 0 && <i style={style(start, done)} />}
    </>
  )
}
