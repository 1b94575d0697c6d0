// Nothing new is made of a CustomResourceDefinition that is being deleted.
// Upstream: apiextensions-apiserver pkg/apiserver/customresource_handler.go (forbidCreateAdmission)

import { refuse, type Plugin } from './plugin'

export const terminatingDefinition: Plugin = {
  name: 'CustomResourceDefinition',
  guard(a) {
    const { operation, kind } = a
    if (operation !== 'CREATE' || !kind.custom || kind.verbs.includes('create')) return null
    const facts = { object: `CustomResourceDefinition ${kind.resource}.${kind.group}`, field: 'metadata.deletionTimestamp' }
    return refuse(a, 'create not allowed while custom resource definition is terminating', facts)
  },
}
