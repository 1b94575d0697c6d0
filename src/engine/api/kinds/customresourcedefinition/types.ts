// A CustomResourceDefinition as the engine reads it. Upstream: apiextensions-apiserver pkg/apis/apiextensions/v1/types.go

import type { ApiObject, JsonObject } from '../../object'
import type { JsonSchema } from './jsonSchema'

export interface CustomResourceDefinition extends ApiObject {
  readonly spec: CustomResourceDefinitionSpec
  readonly status: {
    readonly conditions?: readonly CrdCondition[] | null
    readonly acceptedNames?: CrdNames
    readonly storedVersions?: readonly string[]
  }
}

export interface CustomResourceDefinitionSpec extends JsonObject {
  readonly group?: string
  readonly names?: CrdNames
  readonly scope?: string
  readonly versions?: readonly CrdVersion[]
  readonly conversion?: {
    readonly strategy?: string
    readonly webhook?: { readonly clientConfig?: JsonObject; readonly conversionReviewVersions?: readonly string[] }
  }
  readonly preserveUnknownFields?: boolean
}

export interface CrdNames extends JsonObject {
  readonly plural?: string
  readonly singular?: string
  readonly kind?: string
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

export interface CrdVersion extends JsonObject {
  readonly name: string
  readonly served?: boolean
  readonly storage?: boolean
  readonly deprecated?: boolean
  readonly deprecationWarning?: string
  readonly schema?: { readonly openAPIV3Schema?: JsonSchema }
  readonly subresources?: CrdSubresources
  readonly additionalPrinterColumns?: readonly CrdColumn[]
  readonly selectableFields?: readonly { readonly jsonPath?: string }[]
}

export interface CrdSubresources extends JsonObject {
  readonly status?: JsonObject
  readonly scale?: { readonly specReplicasPath?: string; readonly statusReplicasPath?: string; readonly labelSelectorPath?: string }
}

export interface CrdColumn extends JsonObject {
  readonly name?: string
  readonly type?: string
  readonly format?: string
  readonly description?: string
  readonly priority?: number
  readonly jsonPath?: string
}

export interface CrdCondition extends JsonObject {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string | null
  readonly reason?: string
  readonly message?: string
}

export const crdCondition = ({ status }: CustomResourceDefinition, type: string): CrdCondition | undefined =>
  status.conditions?.find((c) => c.type === type)

export const isTrue = (definition: CustomResourceDefinition, type: string) => crdCondition(definition, type)?.status === 'True'
