import { useEffect } from 'react'
import type { Theme } from '../stores/view'
import { useMedia } from './useMedia'

/** Sets the page's theme: the one that is chosen, or the system's. */
export function useTheme(theme: Theme): void {
  const dark = useMedia('(prefers-color-scheme: dark)')
  const shown = theme === 'system' ? (dark ? 'dark' : 'light') : theme
  useEffect(() => {
    document.documentElement.dataset.theme = shown
  }, [shown])
}
