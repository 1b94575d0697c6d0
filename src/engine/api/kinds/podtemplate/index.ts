// PodTemplate, v1.
// Upstream: kubernetes pkg/registry/core/podtemplate

import type { Kind } from '../../kind'
import type { ApiObject } from '../../object'
import { Path } from '../../validation/rules'
import { column, nameColumn } from '../columns'
import { defaultPodTemplate, templateColumns, validatePodTemplate, type PodTemplate } from '../pod/template'
import { types } from '../types'
import { ALL_VERBS } from '../verbs'
import { selectorText, workloadWarnings } from '../workload'

const templateOf = (object: ApiObject) => (object.template ?? { spec: {} }) as PodTemplate
const validate = (object: ApiObject) => validatePodTemplate(templateOf(object), Path.root('template'))

export const podTemplate: Kind = {
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  verbs: ALL_VERBS,
  storage: 'podtemplates',
  schema: types.struct('PodTemplate'),
  returnsDeletedObject: true,
  hasGeneration: true,
  defaults: (object) => ({ ...object, template: defaultPodTemplate(object.template as PodTemplate | undefined) }),
  validate,
  warnings: workloadWarnings(false, templateOf, Path.root('template')),
  validateUpdate: validate,
  columns: [
    nameColumn,
    ...templateColumns(templateOf, {}),
    column('Pod Labels', 'The labels for the pod template.', (o) => selectorText({ matchLabels: templateOf(o).metadata?.labels })),
  ],
}
