import { expect, it } from 'vitest'
import { readJson, type Json } from '../../engine/index'
import { jsonText, MOST_SHOWN, sortKeys } from './jsonText'
import { yamlLines, yamlText } from './yamlText'

const DEPTH = 9_990

function nested(depth: number): Json {
  let value: Json = { b: 1, a: 2 }
  for (let level = 0; level < depth; level++) value = level % 2 ? { a: value } : [value]
  return value
}

it('what is nested too deep for a line each is printed all the same, and no longer than it is', () => {
  const value = nested(DEPTH)
  const json = jsonText(sortKeys(value), 4)
  expect(json.length).toBeLessThan(10 * DEPTH)
  expect(json).toContain('{"a":2,"b":1}')
  expect(readJson(json)).toBeDefined()
  const yaml = yamlText(value)
  expect(yaml.length).toBeLessThan(10 * DEPTH + MOST_SHOWN ** 2)
  expect(yaml.split('\n').length).toBeLessThan(2 * MOST_SHOWN)
  expect(Math.max(...yamlLines(value).map(({ path }) => path.length))).toBeLessThanOrEqual(MOST_SHOWN + 2)
})

it('what is nested as deep as people write it has a line for each field', () => {
  expect(jsonText(nested(2), 4)).toBe('{\n    "a": [\n        {\n            "b": 1,\n            "a": 2\n        }\n    ]\n}')
  expect(yamlText(nested(2))).toBe('a:\n- a: 2\n  b: 1\n')
})
