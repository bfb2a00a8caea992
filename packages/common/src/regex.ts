import { Malformed, quote } from './inputs.ts'

/** An expression as JavaScript writes it; flags that search on from the last match make no sense here. @throws Malformed */
export function parseRegex(expression: string, flags = ''): RegExp {
  const source = quote(`/${expression}/${flags}`)
  if (/[^imsuv]/.test(flags))
    throw new Malformed(`${source} has a flag that is not supported`, 'Use the flags i, m, s, u, v.')
  try {
    return new RegExp(expression, flags)
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new Malformed(`${source} is not a regular expression (${why})`, 'Write it as in JavaScript.')
  }
}
