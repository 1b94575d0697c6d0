import { fill } from '../../i18n/rich'
import type { TimelineMessages } from '../../i18n/messages/en/timeline'
import './timeline.css'

export interface TransportProps {
  readonly index: number
  readonly last: number
  readonly playing: boolean
  readonly speed: number
  readonly canUndo: boolean
  /** The cluster goes on beyond the last step. */
  readonly following: boolean
  readonly words: TimelineMessages
  readonly onToggle: () => void
  readonly onStep: (by: number) => void
  readonly onSeek: (index: number) => void
  readonly onSpeed: () => void
  readonly onBranch: () => void
  readonly onUndoBranch: () => void
  readonly onStop: () => void
}

/** Play, pause, step, jump, speed; and the branch, where there is a future to replace. */
export function Transport({ index, last, playing, speed, canUndo, following, words, ...on }: TransportProps) {
  return (
    <div className="transport">
      <div className="transport-buttons" role="toolbar" aria-label={words.playback}>
        <Key name={words.start} off={index === 0} onPress={() => on.onSeek(0)} path="M-6 -6 V6 M6 -6 L-3 0 L6 6 Z" />
        <Key name={words.back} off={index === 0} onPress={() => on.onStep(-1)} path="M5 -6 L-5 0 L5 6 Z" />
        <button
          type="button"
          className={last === 0 ? 'key play off' : 'key play'}
          aria-label={playing ? words.pause : words.play}
          onClick={on.onToggle}
        >
          <Sign path={playing ? 'M-5 -6 H-1.5 V6 H-5 Z M1.5 -6 H5 V6 H1.5 Z' : 'M-5 -6.5 L6.5 0 L-5 6.5 Z'} />
        </button>
        <Key name={words.forward} off={index === last} onPress={() => on.onStep(1)} path="M-5 -6 L5 0 L-5 6 Z" />
        <Key name={words.end} off={index === last} onPress={() => on.onSeek(last)} path="M-6 -6 L3 0 L-6 6 Z M6 -6 V6" />
        <button type="button" className="key speed" aria-label={`${words.speed} ${speed}×`} onClick={on.onSpeed}>
          {speed}×
        </button>
      </div>
      <span className="transport-place">
        {last === 0 ? words.nothingYet : fill(words.moment, { index: String(index), last: String(last) })}
      </span>
      {following && (
        <>
          <span className="transport-following" role="status">
            {words.following}
          </span>
          <button type="button" className="quiet" onClick={on.onStop}>
            {words.stop}
          </button>
        </>
      )}
      {!following && index > 0 && index < last && (
        <button type="button" className="quiet" onClick={on.onBranch}>
          {words.branch}
        </button>
      )}
      {canUndo && (
        <button type="button" className="quiet" onClick={on.onUndoBranch}>
          {words.undoBranch}
        </button>
      )}
      {!following && <span className="transport-hint">{last === 0 ? words.hintFirst : words.hint}</span>}
    </div>
  )
}

/** `off`: there is nothing further that way. It is paled, not disabled: pressed in a row it keeps the focus, and one press more is no mistake. */
function Key({
  name,
  path,
  off,
  onPress,
}: {
  readonly name: string
  readonly path: string
  readonly off: boolean
  readonly onPress: () => void
}) {
  return (
    <button type="button" className={off ? 'key off' : 'key'} aria-label={name} onClick={onPress}>
      <Sign path={path} />
    </button>
  )
}

function Sign({ path }: { readonly path: string }) {
  return (
    <svg viewBox="-9 -9 18 18" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
