import './radio.css'

export interface SwitchProps {
  readonly name: string
  readonly hint?: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}

/** On or off. */
export function Switch({ name, hint, on, onChange }: SwitchProps) {
  return (
    <label className="switch">
      <input type="checkbox" role="switch" aria-label={name} checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span className="radio-name">{name}</span>
      {hint && <span className="radio-hint">{hint}</span>}
    </label>
  )
}
