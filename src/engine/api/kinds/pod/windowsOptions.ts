// What a Pod for Windows may say of its user, and containers that run as processes of their host.
// Upstream: kubernetes pkg/apis/core/validation/validation.go (validateWindowsSecurityContextOptions, validateWindowsHostProcessPod)

import type { JsonObject } from '../../object'
import { dnsSubdomainErrors } from '../../validation/names'
import { named, NONE, wrong, type Errors, type Path } from '../../validation/rules'
import { containersOf } from './containersOf'
import type { PodSpec } from './types'

export interface WindowsOptions extends JsonObject {
  readonly gmsaCredentialSpecName?: string
  readonly gmsaCredentialSpec?: string
  readonly runAsUserName?: string
  readonly hostProcess?: boolean
}

const LARGEST_CREDENTIALS_KIB = 64
const LONGEST_DOMAIN = 256
const LONGEST_USER = 104
const CONTROL = /[\x00-\x1f\x7f]/
const NETBIOS_DOMAIN = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const DNS_DOMAIN = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

export function validateWindowsOptions(options: WindowsOptions | undefined, at: Path): Errors {
  if (!options) return NONE
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: credentials, runAsUserName: user } = options
  const place = at.child('gmsaCredentialSpec')
  return [
    ...(name === undefined ? NONE : named(name, at.child('gmsaCredentialSpecName'), dnsSubdomainErrors)),
    ...(credentials === '' ? wrong(place, credentials, 'gmsaCredentialSpec cannot be an empty string') : NONE),
    ...(credentials && credentials.length > LARGEST_CREDENTIALS_KIB * 1024
      ? wrong(place, credentials, `gmsaCredentialSpec size must be under ${LARGEST_CREDENTIALS_KIB} KiB`)
      : NONE),
    ...(user === undefined ? NONE : named(user, at.child('runAsUserName'), userErrors)),
  ]
}

/** `DOMAIN\USER`, where the domain may be left out. */
function userErrors(text: string): string[] {
  if (text === '') return ['runAsUserName cannot be an empty string']
  if (CONTROL.test(text)) return ['runAsUserName cannot contain control characters']
  const parts = text.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const user = parts.at(-1)!
  const domain = parts.length === 2 ? parts[0]! : null
  return [
    ...((domain?.length ?? 0) >= LONGEST_DOMAIN ? [`runAsUserName's Domain length must be under ${LONGEST_DOMAIN} characters`] : []),
    ...(domain !== null && !NETBIOS_DOMAIN.test(domain) && !DNS_DOMAIN.test(domain)
      ? ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"]
      : []),
    ...(user === '' ? ["runAsUserName's User cannot be empty"] : []),
    ...(user.length > LONGEST_USER ? [`runAsUserName's User length must not be longer than ${LONGEST_USER} characters`] : []),
    ...(/^[. ]+$/.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(/["/\\:;|=,+*?<>@[\]]/.test(user) ? ['runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]'] : []),
  ]
}

const hostProcessOf = (context: JsonObject | undefined) => (context?.windowsOptions as WindowsOptions | undefined)?.hostProcess

/** Either all containers are processes of the host or none, and those that are have its network. */
export function validateHostProcess(spec: PodSpec, at: Path): Errors {
  const ofPod = hostProcessOf(spec.securityContext)
  const all = containersOf(spec, at)
  const processes = all.filter(([c]) => hostProcessOf(c.securityContext) ?? ofPod).length
  return [
    ...all.flatMap(([c, place]) => {
      const own = hostProcessOf(c.securityContext)
      return own === undefined || ofPod === undefined || own === ofPod
        ? NONE
        : wrong(
            place.child('securityContext', 'windowsOptions', 'hostProcess'),
            own,
            `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
          )
    }),
    ...(processes > 0 && processes < all.length
      ? wrong(at, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers')
      : NONE),
    ...(processes > 0 && !spec.hostNetwork
      ? wrong(at.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers')
      : NONE),
  ]
}
