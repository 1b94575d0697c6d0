import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { useStore } from 'zustand'
import { App } from './app/App'
import './app/app.css'
import { openSession } from './app/openSession'
import { useWords, WordsProvider } from './i18n/words'
import { restore } from './stores/persistence'
import { createView, type View } from './stores/view'
import { Failed } from './ui/Failed'
import './ui/fonts.css'
import './ui/theme.css'

const saved = restore()
const view = createView(saved?.view ?? {})
const session = await openSession(view, saved).catch(() => null)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Root view={view} />
  </StrictMode>,
)

function Root({ view }: { readonly view: View }) {
  const language = useStore(view, (state) => state.language)
  return <WordsProvider language={language}>{session ? <App session={session} view={view} /> : <NotStarted />}</WordsProvider>
}

function NotStarted() {
  const { page } = useWords()
  return <Failed message={page.brokenStart} retry={page.tryAgain} onRetry={() => window.location.reload()} />
}
