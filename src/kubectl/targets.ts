// Which objects a command means: `pods`, `pod web db`, `pod/web deploy/api`, `pods,services`.
// Upstream: cli-runtime pkg/resource/builder.go

import { CommandError, type ResourceInfo } from './context'
import type { FlagTable } from './flags'
import { findResource, findResources } from './resources'
import type { Session } from './session'

/** How a reader narrows what is meant by a type alone. */
export const selectorFlags: FlagTable = {
  selector: { type: 'string', short: 'l' },
  'field-selector': { type: 'string' },
  'all-namespaces': { type: 'bool', short: 'A' },
}

/** `name` undefined: all of the type. */
export interface Target {
  readonly info: ResourceInfo
  readonly name?: string
  /** Of one that a file names; else it is the session's. */
  readonly namespace?: string
}

export function targetsOf({ resources, flags }: Session, args: readonly string[], command: string): readonly Target[] {
  const selects = flags.has('selector') || flags.has('field-selector')
  if (args.some((arg) => arg.includes('/'))) {
    if (!args.every((arg) => arg.includes('/')))
      throw new CommandError(
        `error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${command} resource/<resource_name>' instead of '${command} resource resource/<resource_name>'\n`,
      )
    if (selects) throw new CommandError('error: selectors and the all flag cannot be used when passing resource/name arguments\n')
    return args.map((arg) => {
      const [type, name, more] = arg.split('/')
      if (more !== undefined) throw new CommandError('error: arguments in resource/name form may not have more than one slash\n')
      if (!type || !name) throw new CommandError('error: arguments in resource/name form must have a single resource and name\n')
      return { info: findResource(resources, type), name }
    })
  }
  const [types = '', ...names] = args
  if (selects && names.length > 0) throw new CommandError('error: name cannot be provided when a selector is specified\n')
  const infos = findResources(resources, types)
  return names.length === 0 ? infos.map((info) => ({ info })) : infos.flatMap((info) => names.map((name) => ({ info, name })))
}
