import { createContext, use, useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { en, type Words } from './messages/en'

export type Language = 'en' | 'ko'

/** How each language calls itself. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' }

const WordsContext = createContext<Words>(en)

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
  return <WordsContext value={words.words}>{children}</WordsContext>
}

export function useWords(): Words {
  return use(WordsContext)
}

async function loadWords(language: Language): Promise<Words> {
  return language === 'en' ? en : (await import('./messages/ko')).ko
}
