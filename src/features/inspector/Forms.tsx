export interface FormsProps<T extends string> {
  readonly label: string
  readonly forms: readonly (readonly [T, string])[]
  readonly chosen: T
  onChoose(form: T): void
}

/** Buttons that show the same thing in one form or another. */
export function Forms<T extends string>({ label, forms, chosen, onChoose }: FormsProps<T>) {
  return (
    <div className="forms" role="group" aria-label={label}>
      {forms.map(([form, name]) => (
        <button key={form} type="button" aria-pressed={form === chosen} onClick={() => onChoose(form)}>
          {name}
        </button>
      ))}
    </div>
  )
}
