// What a HorizontalPodAutoscaler must be: its bounds, the metrics that it scales by, and how fast it may.
// Upstream: kubernetes pkg/apis/autoscaling/validation/validation.go

import { isObject, own } from '../../../base/json'
import { parseGroupVersion, specOf, type ApiObject } from '../../object'
import { compareQuantities } from '../../scalars/quantity'
import { dnsLabelErrors, pathSegmentErrors } from '../../validation/names'
import { validateContainerResourceName } from '../../validation/resourceNames'
import { each, missing, named, NONE, notAllowed, Path, unsupported, wrong, type Errors, type Validate } from '../../validation/rules'
import { groupVersionErrors } from '../../validation/typeMeta'
import type { Amount, HpaSpec, Metric, CrossVersionObjectReference, ScalingRules, Source, SourceName } from './types'

const LONGEST_WINDOW = 3600
const LONGEST_PERIOD = 1800
/** Type of a metric → the field that tells of it, in the order that upstream prints the types. */
const TYPES: Readonly<Record<string, SourceName>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}
/** The order that upstream looks for sources in; only the first that it finds is checked. */
const LOOKED_FOR: readonly SourceName[] = ['object', 'external', 'pods', 'resource', 'containerResource']

export function validateHpa(object: ApiObject): Errors {
  const at = Path.root('spec')
  const { scaleTargetRef = {}, minReplicas, maxReplicas = 0, metrics = [], behavior } = specOf<HpaSpec>(object)
  const { kind, apiVersion } = scaleTargetRef
  const toZero = minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')
  return [
    ...(minReplicas !== undefined && minReplicas < 0
      ? wrong(at.child('minReplicas'), minReplicas, 'must be greater than or equal to 0')
      : NONE),
    ...(minReplicas !== undefined && maxReplicas < minReplicas
      ? wrong(at.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`')
      : NONE),
    // The only kind of the core group that has a scale.
    ...reference(scaleTargetRef, at.child('scaleTargetRef'), kind === 'ReplicationController' || isGrouped(apiVersion)),
    ...each(metrics, at.child('metrics'), validateMetric),
    ...(toZero
      ? notAllowed(at.child('metrics'), 'must specify at least one Object or External metric to support scaling to zero replicas')
      : NONE),
    ...(['scaleUp', 'scaleDown'] as const).flatMap((way) =>
      behavior?.[way] ? validateRules(behavior[way], at.child('behavior', way)) : NONE,
    ),
    ...(maxReplicas === 0 ? missing(at.child('maxReplicas')) : NONE),
    ...(maxReplicas < 0 ? wrong(at.child('maxReplicas'), maxReplicas, 'must be greater than or equal to 1') : NONE),
  ]
}

const isGrouped = (apiVersion = '') => parseGroupVersion(apiVersion).group !== ''

function reference({ kind, name, apiVersion = '' }: CrossVersionObjectReference, at: Path, groupIsWell: boolean): Errors {
  const segment = (value: string | undefined, field: Path) => (value ? named(value, field, pathSegmentErrors) : missing(field))
  const place = at.child('apiVersion')
  const unparsable = groupVersionErrors(apiVersion, place)
  return [
    ...segment(kind, at.child('kind')),
    ...segment(name, at.child('name')),
    ...unparsable,
    ...(groupIsWell || unparsable.length > 0 ? NONE : wrong(place, apiVersion, 'apiVersion must specify API group')),
  ]
}

const validateMetric: Validate<Metric> = (metric, at) => {
  const type = metric.type ?? ''
  const expected = own(TYPES, type)
  const present = LOOKED_FOR.filter((name) => isObject(metric[name]))
  const [first] = present
  return [
    ...(type === '' ? missing(at.child('type'), 'must specify a metric source type') : NONE),
    ...(expected ? NONE : unsupported(at.child('type'), type, Object.keys(TYPES))),
    ...(first ? validateSource(first, metric[first]!, at.child(first)) : NONE),
    ...(expected && !metric[expected] ? missing(at.child(expected), 'must populate information for the given metric source') : NONE),
    ...(present.length > 1
      ? present
          .filter((name) => name !== expected)
          .flatMap((name) => notAllowed(at.child(name), 'must populate the given metric source only'))
      : NONE),
  ]
}

function validateSource(name: SourceName, { target = {}, metric, describedObject, ...rest }: Source, at: Path): Errors {
  const { value, averageValue, averageUtilization } = target
  const place = at.child('target')
  switch (name) {
    case 'object':
      return [
        ...reference(describedObject ?? {}, at.child('describedObject'), true),
        ...identifier(metric?.name, at),
        ...validateTarget(target, place),
        ...((value ?? averageValue) ? NONE : missing(place.child('averageValue'), 'must set either a target value or averageValue')),
      ]
    case 'external':
      return [
        ...identifier(metric?.name, at),
        ...validateTarget(target, place),
        ...((value ?? averageValue)
          ? NONE
          : missing(place.child('averageValue'), 'must set either a target value for metric or a per-pod target')),
        ...(value && averageValue
          ? notAllowed(place.child('value'), 'may not set both a target value for metric and a per-pod target')
          : NONE),
      ]
    case 'pods':
      return [
        ...identifier(metric?.name, at),
        ...validateTarget(target, place),
        ...(averageValue ? NONE : missing(place.child('averageValue'), 'must specify a positive target averageValue')),
      ]
    default:
      return [
        ...(rest.name
          ? name === 'resource'
            ? NONE
            : validateContainerResourceName(rest.name, at.child('name'))
          : missing(at.child('name'), 'must specify a resource name')),
        ...(name === 'resource'
          ? NONE
          : rest.container
            ? named(rest.container, at.child('container'), dnsLabelErrors)
            : missing(at.child('container'), 'must specify a container')),
        ...validateTarget(target, place),
        ...(averageUtilization === undefined && averageValue === undefined
          ? missing(place.child('averageUtilization'), 'must set either a target raw value or a target utilization')
          : NONE),
        ...(averageUtilization !== undefined && averageValue !== undefined
          ? notAllowed(place.child('averageValue'), 'may not set both a target raw value and a target utilization')
          : NONE),
      ]
  }
}

function identifier(name: string | undefined, at: Path): Errors {
  const place = at.child('metric', 'name')
  return name ? named(name, place, pathSegmentErrors) : missing(place, 'must specify a metric name')
}

function validateTarget({ type = '', value, averageValue, averageUtilization }: Amount, at: Path): Errors {
  const positive = (amount: string | undefined, field: string) =>
    amount !== undefined && compareQuantities(amount, '0') <= 0 ? wrong(at.child(field), amount, 'must be positive') : NONE
  return [
    ...(type === '' ? missing(at.child('type'), 'must specify a metric target type') : NONE),
    ...(['Utilization', 'Value', 'AverageValue'].includes(type)
      ? NONE
      : wrong(at.child('type'), type, 'must be either Utilization, Value, or AverageValue')),
    ...positive(value, 'value'),
    ...positive(averageValue, 'averageValue'),
    ...(averageUtilization !== undefined && averageUtilization < 1
      ? wrong(at.child('averageUtilization'), averageUtilization, 'must be greater than 0')
      : NONE),
  ]
}

function validateRules({ stabilizationWindowSeconds: window = 0, selectPolicy, tolerance, policies }: ScalingRules, at: Path): Errors {
  return [
    ...(window < 0 ? wrong(at.child('stabilizationWindowSeconds'), window, 'must be greater than or equal to zero') : NONE),
    ...(window > LONGEST_WINDOW
      ? wrong(at.child('stabilizationWindowSeconds'), window, `must be less than or equal to ${LONGEST_WINDOW}`)
      : NONE),
    ...(selectPolicy === undefined || ['Disabled', 'Max', 'Min'].includes(selectPolicy)
      ? NONE
      : unsupported(at.child('selectPolicy'), selectPolicy, ['Disabled', 'Max', 'Min'])),
    ...(policies?.length ? NONE : missing(at.child('policies'), 'must specify at least one Policy')),
    ...each(policies, at.child('policies'), ({ type = '', value = 0, periodSeconds: period = 0 }, place) => [
      ...(['Percent', 'Pods'].includes(type) ? NONE : unsupported(place.child('type'), type, ['Percent', 'Pods'])),
      ...(value <= 0 ? wrong(place.child('value'), value, 'must be greater than zero') : NONE),
      ...(period <= 0 ? wrong(place.child('periodSeconds'), period, 'must be greater than zero') : NONE),
      ...(period > LONGEST_PERIOD ? wrong(place.child('periodSeconds'), period, `must be less than or equal to ${LONGEST_PERIOD}`) : NONE),
    ]),
    ...(tolerance !== undefined && compareQuantities(tolerance, '0') < 0
      ? wrong(at.child('tolerance'), tolerance, 'must be greater than or equal to 0')
      : NONE),
  ]
}
