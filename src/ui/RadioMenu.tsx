import { Menu } from './Menu'
import { RadioGroup, type RadioGroupProps } from './RadioGroup'

export interface RadioMenuProps<T extends string> extends Omit<RadioGroupProps<T>, 'layout'> {
  readonly opens?: 'down' | 'up'
}

/** A menu of which one is chosen. */
export function RadioMenu<T extends string>({ opens = 'down', ...group }: RadioMenuProps<T>) {
  const chosen = group.options.find((option) => option.value === group.value)
  return (
    <Menu label={group.label} value={chosen?.name} opens={opens}>
      <RadioGroup {...group} />
    </Menu>
  )
}
