import { Malformed, quote } from '@deploy-safety/common/inputs'

/** Reads the URL of a target. What may be secret in it (user, password, query) is not in messages. @throws Malformed */
export function parseUrl(text: string): URL {
  const shown = quote(text.replace(/\/\/[^/@]*@/, '//…@').replace(/\?.*$/, '?…'))
  const url = URL.parse(text)
  if (url === null || !text.includes('://')) {
    throw new Malformed(`${shown} is not a URL`, 'Write it in full: https://app.example.com/health.')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Malformed(`${shown} has the unknown scheme ${quote(url.protocol)}`, 'Use http:// or https://.')
  }
  if (url.username !== '' || url.password !== '') {
    throw new Malformed(
      `${shown} holds a user name or password, which would end up in logs`,
      'Send them in headers: Authorization: Basic <base64 of user:password>, from a secret.',
    )
  }
  url.hash = ''
  return url
}
