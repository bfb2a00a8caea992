import { Malformed, quote } from '@deploy-safety/common/inputs'

/** A name as Kubernetes has them (RFC 1123). kubectl would take one with a leading dash for a flag. @throws Malformed */
export function parseName(text: string): string {
  if (/^[a-z\d]([a-z\d.-]{0,251}[a-z\d])?$/.test(text)) return text
  throw new Malformed(`${quote(text)} is no name of an object`, 'Use small letters, digits, "-" and ".".')
}
