import { expect, it } from 'vitest'
import { goQuote, goTimeQuote } from './goQuote'

it('quotes as Go does: what does not print by its escape, which is not always the one of JSON', () => {
  expect(goQuote('a"\\\n\u0007\u0001\u007f')).toBe('"a\\"\\\\\\n\\a\\x01\\x7f"')
  expect(goQuote('é한\u00a0\u200b')).toBe('"é한\\u00a0\\u200b"')
})

it('quotes as package time does: by bytes what is not plain ASCII', () => {
  expect(goTimeQuote('1"\n é')).toBe('"1\\"\\x0a \\xc3\\xa9"')
})
