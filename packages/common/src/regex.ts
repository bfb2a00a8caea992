import { messageOf } from './errors.ts'
import { Malformed, quote } from './inputs.ts'

/** An expression as JavaScript writes it; flags that search on from the last match make no sense here. @throws Malformed */
export function parseRegex(expression: string, flags = ''): RegExp {
  const source = quote(`/${expression}/${flags}`)
  if (/[^imsuv]/.test(flags))
    throw new Malformed(`${source} has a flag that is not supported`, 'Use the flags i, m, s, u, v.')
  try {
    return new RegExp(expression, flags)
  } catch (error) {
    throw new Malformed(`${source} is not a regular expression (${whyOf(error)})`, 'Write it as in JavaScript.')
  }
}

/** V8 says it in the last of its parts, behind the expression; of flags it has nothing more to say. */
function whyOf(error: unknown): string {
  const [, why] = /^Invalid regular expression: .*: (.*)$/s.exec(messageOf(error)) ?? []
  return why === undefined ? 'its flags do not go together' : why.charAt(0).toLowerCase() + why.slice(1)
}
