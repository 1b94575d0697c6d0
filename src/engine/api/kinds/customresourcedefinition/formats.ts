// The formats that a schema may ask of a string; one that the server does not know asks for nothing.
// Upstream: apiextensions-apiserver pkg/apiserver/validation/formats.go, kube-openapi pkg/validation/strfmt

import { isIp, isIpv6, parseCidr } from '../../net/ipAddress'
import { dnsLabelErrors, dnsSubdomainErrors } from '../../validation/names'
import { byteLength } from '../../../base/byteLength'
import { own } from '../../../base/json'

const DATE_TIME = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/
const uuid = (version: string, variant = '[0-9a-f]') =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?${variant}[0-9a-f]{3}-?[0-9a-f]{12}$`, 'i')

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: (t) => /^[0-9a-f]{24}$/i.test(t),
  uri: (t) => /^[a-z][a-z0-9+.-]*:\S+$/i.test(t) || /^\/\S*$/.test(t),
  email: (t) => /^(?:[^<>@\s]+@[^<>@\s]+|[^<>]*<[^<>@\s]+@[^<>@\s]+>)$/.test(t),
  hostname: (t) => byteLength(t) <= 255 && t.split('.').every((label) => byteLength(label) <= 63) && HOST.test(t),
  ipv4: (t) => t.includes('.') && isIp(t),
  ipv6: isIpv6,
  cidr: (t) => parseCidr(t) !== null,
  mac: (t) => /^(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})$/i.test(t),
  uuid: (t) => uuid('[0-9a-f]').test(t),
  uuid3: (t) => uuid('3').test(t),
  uuid4: (t) => uuid('4', '[89ab]').test(t),
  uuid5: (t) => uuid('5', '[89ab]').test(t),
  hexcolor: (t) => /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(t),
  rgbcolor: (t) => /^rgb\(\s*(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\s*(?:,\s*|(?=\)))){3}\)$/.test(t),
  isbn: (t) => isIsbn10(t) || isIsbn13(t),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (t) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(t),
  password: () => true,
  byte: (t) => t.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(t),
  date: (t) => /^\d{4}-\d\d-\d\d$/.test(t) && isDay(t),
  duration: isDuration,
  datetime: (t) => DATE_TIME.test(t) && isDay(t.slice(0, 10)),
  k8sshortname: (t) => dnsLabelErrors(t).length === 0,
  k8slongname: (t) => dnsSubdomainErrors(t).length === 0,
}

const OF_NUMBERS: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] }

/** Whether the server knows a format for values of a type. */
export function isKnownFormat(format: string, type = ''): boolean {
  const name = format.replaceAll('-', '')
  if (type === '' || type === 'string') return Object.hasOwn(FORMATS, name)
  return own(OF_NUMBERS, type)?.includes(format) ?? false
}

export function fitsFormat(text: string, format: string): boolean {
  const name = format.replaceAll('-', '')
  return !Object.hasOwn(FORMATS, name) || FORMATS[name]!(text)
}

const HOST =
  /^(?:[a-zA-Z0-9\p{S}\p{L}](?:-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?|(?:[a-zA-Z0-9\p{S}\p{L}](?:[a-zA-Z0-9\p{S}\p{L}-]{0,61}[a-zA-Z0-9\p{S}\p{L}])?\.)+[a-zA-Z\p{L}]{2,63})$/u
const weighed = (digits: string, weightOf: (i: number) => number) =>
  [...digits].reduce((sum, digit, i) => sum + weightOf(i) * (digit === 'X' ? 10 : Number(digit)), 0)

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  return /^(?:\d{9}X|\d{10})$/.test(digits) && weighed(digits, (i) => i + 1) % 11 === 0
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]+/g, '')
  return /^\d{13}$/.test(digits) && weighed(digits, (i) => (i % 2 === 0 ? 1 : 3)) % 10 === 0
}

const CARD = /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|6(?:011|5\d\d)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|(?:2131|1800|35\d{3})\d{11})$/

/** By Luhn: every second digit from the end counts twice, and of two digits their sum. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D+/g, '')
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, i) => total + (i % 2 === 0 ? Number(digit) : ((2 * Number(digit) - 1) % 9) + 1), 0)
  return CARD.test(digits) && sum % 10 === 0
}

/** A day that its month has. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function isDuration(text: string): boolean {
  return (
    /^[+-]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text) ||
    /^\d+\s*(?:ns|nano(?:s|second|seconds)?|us|µs|micro(?:s|second|seconds)?|ms|milli(?:s|second|seconds)?|s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hour|hours|d|day|days|w|week|weeks|wk)$/.test(
      text,
    )
  )
}
