// The part of the front door that the page needs before the engine is loaded (docs/adr/0004-what-loads-first.md): the name of a fault.

export { faultName } from './base/fault'
