import { Suspense, lazy, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { Diagram } from '../features/diagram/Diagram'
import { FaultsMenu } from '../features/faults/FaultsMenu'
import { narrate } from '../features/narration/narrate'
import { Narration } from '../features/narration/Narration'
import { SixSteps } from '../features/steps/SixSteps'
import { CommandLine } from '../features/terminal/CommandLine'
import { Terminal } from '../features/terminal/Terminal'
import { Timeline } from '../features/timeline/Timeline'
import { Transport } from '../features/timeline/Transport'
import { Legend } from '../features/welcome/Legend'
import { Welcome } from '../features/welcome/Welcome'
import { useLoadedLaterWords, useWords } from '../i18n/words'
import { faultsAt } from '../stores/faultsAt'
import { IDENTITIES, type Identity } from '../stores/identities'
import { topologyOf, type Session } from '../stores/session'
import { nodeNames } from '../stores/topology'
import { SPEEDS, type View } from '../stores/view'
import { ErrorBoundary } from '../ui/ErrorBoundary'
import { Failed } from '../ui/Failed'
import { RadioMenu } from '../ui/RadioMenu'
import { Header } from './Header'
import { Presenter } from './Presenter'
import { useKeys } from './useKeys'
import { useMedia } from './useMedia'
import { usePlayback } from './usePlayback'
import { useTheme } from './useTheme'

const Inspector = lazy(async () => ({ default: (await import('../features/inspector/Inspector')).Inspector }))
const Help = lazy(async () => ({ default: (await import('../features/help/Help')).Help }))

const PICTURE_FIRST_MS = 150

export interface AppProps {
  readonly session: Session
  readonly view: View
}

/** Places the features and hands each what it shows. */
export function App({ session, view }: AppProps) {
  const words = useWords()
  const state = useStore(session)
  const settings = useStore(view)
  const playback = usePlayback(session, settings.speed, state.prepared)
  const reducedMotion = useMedia('(prefers-reduced-motion: reduce)')
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [help, setHelp] = useState(false)
  useTheme(settings.theme)
  useEffect(() => session.getState().tell(settings.detail, settings.heartbeats), [session, settings.detail, settings.heartbeats])
  useEffect(() => {
    // The picture comes first, then what runs commands.
    const later = setTimeout(() => void prepare(session), PICTURE_FIRST_MS)
    return () => clearTimeout(later)
  }, [session])

  const { cluster, moments, index, deeds, detail, prepared } = state
  const topology = useMemo(() => topologyOf(deeds), [deeds])
  const last = moments.length - 1
  const moment = moments[index]!
  const later = useLoadedLaterWords(prepared)
  const narrationWords = useMemo(() => later && { ...later, stages: words.diagram }, [later, words])
  // What stands on several lines has no place in the command line.
  const history = deeds.flatMap((deed) => (deed.do === 'run' && !deed.line.includes('\n') ? [deed.line] : []))
  const firstVisit = last === 0
  const byHand = (move: () => void) => {
    playback.pause()
    move()
  }
  const step = (by: number) => byHand(() => session.getState().step(by))
  const seek = (to: number) => byHand(() => session.getState().seek(to))
  const run = (line: string, identity: Identity = settings.identity) => {
    setText(line)
    byHand(() => session.getState().run(line, identity))
  }
  /** Runs what would allow what was refused in this moment; whoever was refused can then ask again at once. */
  const tryIt = (allowing: string) => {
    const { line, identity } = moment.facts
    byHand(() => session.getState().run(allowing, 'admin'))
    if (line === undefined) return
    settings.change({ identity: identity as Identity })
    setText(line)
    input.current?.focus()
  }
  useKeys({
    presenting: settings.presenting,
    toggle: playback.toggle,
    step,
    seek: (to) => seek(to === 'start' ? 0 : last),
    command: () => input.current?.focus(),
    help: () => setHelp(true),
    present: (presenting) => settings.change({ presenting }),
  })

  const safe = (part: React.ReactNode) => (
    <ErrorBoundary message={words.page.broken} retry={words.page.tryAgain}>
      {part}
    </ErrorBoundary>
  )
  const diagram = safe(
    <Diagram
      cluster={cluster}
      moments={moments}
      index={index}
      detail={detail}
      topology={topology}
      words={words.diagram}
      speed={settings.speed}
      reducedMotion={reducedMotion}
    />,
  )
  const narration = narrationWords && <Narration moment={moment} words={narrationWords} label={words.page.narration} />
  const transport = (
    <Transport
      index={index}
      last={last}
      playing={playback.playing}
      speed={settings.speed}
      canUndo={state.former !== null}
      following={state.following}
      words={words.timeline}
      onToggle={playback.toggle}
      onStep={step}
      onSeek={seek}
      onSpeed={() => settings.change({ speed: SPEEDS[(SPEEDS.indexOf(settings.speed) + 1) % SPEEDS.length]! })}
      onBranch={() => byHand(state.branchHere)}
      onUndoBranch={() => byHand(state.undoBranch)}
      onStop={state.stop}
    />
  )
  const helpDialog = help && (
    <Suspense>
      <Help onClose={() => setHelp(false)} />
    </Suspense>
  )

  if (settings.presenting)
    return (
      <Presenter
        diagram={diagram}
        narration={safe(narration)}
        steps={safe(<SixSteps moments={moments} index={index} words={words.steps} layout="row" />)}
        transport={transport}
        leave={words.page.leavePresent}
        onLeave={() => settings.change({ presenting: false })}
      >
        {helpDialog}
      </Presenter>
    )
  return (
    <div className={`app ${firstVisit ? 'first-visit' : ''}`} data-ready="true">
      <Header view={settings} onReset={() => byHand(state.reset)} onHelp={() => setHelp(true)}>
        {safe(
          <FaultsMenu
            nodes={nodeNames(topology)}
            topology={topology}
            inForce={faultsAt(cluster.trace, cluster.restHop, cluster.trace.length - 1)}
            words={words.page}
            onInject={(fault) => byHand(() => state.inject(fault))}
            onRepair={(fault) => byHand(() => state.repair(fault))}
            onBuild={(wanted) => byHand(() => state.build(wanted))}
          />,
        )}
      </Header>
      <main>
        <div className="left">
          {firstVisit
            ? safe(<Welcome words={words.welcome} onTry={({ line, identity }) => (settings.change({ identity }), run(line, identity))} />)
            : safe(narration)}
          {safe(<SixSteps moments={moments} index={index} words={words.steps} />)}
          {firstVisit && <p className="nothing-leaves">{words.welcome.nothingLeaves}</p>}
        </div>
        <div className="centre">{diagram}</div>
        <div className="right">
          {firstVisit
            ? safe(<Legend words={words.welcome} />)
            : safe(
                <Suspense>
                  <Inspector cluster={cluster} moment={moment} onTry={tryIt} />
                </Suspense>,
              )}
        </div>
        <div className="bottom-left">
          {state.failed && <Failed message={words.page.brokenStart} retry={words.page.tryAgain} onRetry={() => void prepare(session)} />}
          {safe(
            <CommandLine
              text={text}
              prepared={prepared}
              onText={setText}
              onRun={(line) => run(line)}
              onInterrupt={() => byHand(state.interrupt)}
              history={history}
              input={input}
              words={words.terminal}
            />,
          )}
          <RadioMenu
            label={words.page.identity}
            opens="up"
            options={IDENTITIES.map((value) => ({ value, name: value, hint: words.page[`identity.${value}`] }))}
            value={settings.identity}
            onChange={(identity) => settings.change({ identity })}
          />
        </div>
        <div className="bottom-centre">
          {safe(transport)}
          {safe(
            <Timeline
              moments={moments}
              index={index}
              onSeek={seek}
              says={narrationWords ? narrate(moment, narrationWords).heading : ''}
              words={words.timeline}
            />,
          )}
        </div>
        <div className="bottom-right">
          {safe(<Terminal cluster={cluster} hop={moment.hop} length={cluster.trace.length} words={words.terminal} />)}
        </div>
      </main>
      {helpDialog}
    </div>
  )
}

/** Loads the engine. That it cannot be loaded stands in the session. */
async function prepare(session: Session): Promise<void> {
  await session
    .getState()
    .prepare()
    .catch(() => undefined)
}
