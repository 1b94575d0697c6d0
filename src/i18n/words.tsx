import { createContext, use, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { en, type Words } from './messages/en'
import type { LaterWords } from './messages/en/later'

export type Language = 'en' | 'ko'

/** How each language calls itself. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' }

const WordsContext = createContext<{ readonly language: Language; readonly words: Words }>({ language: 'en', words: en })

export interface WordsProviderProps {
  readonly language: Language
  readonly children: ReactNode
}

/** Gives the words of a language to all below; the former words stay until the new ones are loaded. */
export function WordsProvider({ language, children }: WordsProviderProps) {
  const [words, setWords] = useState<{ readonly language: Language; readonly words: Words }>({ language: 'en', words: en })
  useEffect(() => {
    let wanted = true
    void loadWords(language).then((loaded) => wanted && setWords({ language, words: loaded }))
    return () => {
      wanted = false
    }
  }, [language])
  useEffect(() => {
    document.documentElement.lang = words.language
    document.title = words.words.page.title
  }, [words])
  return <WordsContext value={words}>{children}</WordsContext>
}

export function useWords(): Words {
  return use(WordsContext).words
}

/** Words of what is opened later. Suspends until they are loaded. */
export function useLaterWords(): LaterWords {
  return use(laterWords(use(WordsContext).language))
}

/** The same without waiting: null until they are wanted and loaded; the former language's stay until then. */
export function useLoadedLaterWords(wanted: boolean): LaterWords | null {
  const { language } = use(WordsContext)
  const [loaded, setLoaded] = useState<LaterWords | null>(null)
  useEffect(() => {
    if (!wanted) return
    let current = true
    void laterWords(language).then((words) => current && setLoaded(words))
    return () => {
      current = false
    }
  }, [language, wanted])
  return loaded
}

const loads = new Map<Language, Promise<LaterWords>>()

function laterWords(language: Language): Promise<LaterWords> {
  let load = loads.get(language)
  if (!load) {
    load = (language === 'en' ? import('./messages/en/later') : import('./messages/ko/later')).then(({ later }) => later)
    loads.set(language, load)
  }
  return load
}

async function loadWords(language: Language): Promise<Words> {
  return language === 'en' ? en : (await import('./messages/ko')).ko
}
