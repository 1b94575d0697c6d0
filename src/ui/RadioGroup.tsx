import { useId } from 'react'
import './radio.css'

export interface RadioOption<T extends string> {
  readonly value: T
  /** The accessible name. */
  readonly name: string
  /** What is seen, a part of the name; by default the name. */
  readonly short?: string
  readonly hint?: string
}

export interface RadioGroupProps<T extends string> {
  readonly label: string
  readonly options: readonly RadioOption<T>[]
  readonly value: T
  readonly onChange: (value: T) => void
  readonly layout?: 'row' | 'list'
}

/** One of a few. */
export function RadioGroup<T extends string>({ label, options, value, onChange, layout = 'list' }: RadioGroupProps<T>) {
  const name = useId()
  return (
    <div className={`radios ${layout}`} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            aria-label={option.name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span className="radio-name">{option.short ?? option.name}</span>
          {option.hint && <span className="radio-hint">{option.hint}</span>}
        </label>
      ))}
    </div>
  )
}
