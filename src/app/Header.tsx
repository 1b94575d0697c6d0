import { useState } from 'react'
import { LANGUAGES, useWords, type Language } from '../i18n/words'
import type { Theme, ViewState } from '../stores/view'
import { Menu } from '../ui/Menu'
import { RadioGroup } from '../ui/RadioGroup'
import { RadioMenu } from '../ui/RadioMenu'
import { Switch } from '../ui/Switch'
import { Logo } from './Logo'

export interface HeaderProps {
  readonly view: ViewState
  readonly onReset: () => void
  readonly onHelp: () => void
  /** Menus of the cluster's own. */
  readonly children?: React.ReactNode
}

const THEMES: readonly Theme[] = ['light', 'dark', 'system']
const DETAILS = ['six-steps', 'under-the-hood'] as const
const SHORT: Readonly<Record<Language, string>> = { en: 'En', ko: '한국어' }

export function Header({ view, onReset, onHelp, children }: HeaderProps) {
  const { page } = useWords()
  const [open, setOpen] = useState(false)
  return (
    <header className="header">
      <Logo />
      <span className="brand">Apiscope</span>
      <span className="pill">{page.models}</span>
      <button
        type="button"
        className="button menu-button"
        data-action="menu"
        aria-label={page.menu}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        ☰
      </button>
      <div className={`header-settings ${open ? 'open' : ''}`}>
        {children}
        <Menu label={page.detail} value={page[`detail.${view.detail}`]}>
          <RadioGroup
            label={page.detail}
            options={DETAILS.map((value) => ({ value, name: page[`detail.${value}`] }))}
            value={view.detail}
            onChange={(detail) => view.change({ detail })}
          />
          <Switch
            name={page.heartbeats}
            hint={page['heartbeats.hint']}
            on={view.heartbeats}
            onChange={(heartbeats) => view.change({ heartbeats })}
          />
        </Menu>
        <RadioMenu
          label={page.theme}
          options={THEMES.map((value) => ({ value, name: page[`theme.${value}`] }))}
          value={view.theme}
          onChange={(theme) => view.change({ theme })}
        />
        <button type="button" className="button" data-action="present" onClick={() => view.change({ presenting: true })}>
          {page.present}
        </button>
        <button type="button" className="button" onClick={onReset}>
          {page.reset}
        </button>
        <RadioGroup
          label={page.language}
          layout="row"
          options={(Object.keys(LANGUAGES) as Language[]).map((value) => ({ value, name: LANGUAGES[value], short: SHORT[value] }))}
          value={view.language}
          onChange={(language) => view.change({ language })}
        />
        <button type="button" className="button" aria-label={`? ${page.keys}`} onClick={onHelp}>
          ?
        </button>
      </div>
    </header>
  )
}
