/** What is wrong with a text that is no JSON: where it goes wrong, or that it only ends too early. */
export type JsonFault = { readonly kind: 'truncated' } | { readonly kind: 'malformed'; readonly index: number }

type State = 'value' | 'first-element' | 'key' | 'first-key' | 'colon' | 'after-value'

interface Walk {
  readonly text: string
  index: number
  state: State
  /** The brackets that are open, outermost first. */
  readonly open: string[]
}

const space = /[ \t\n\r]*/y
const characters = String.raw`[^"\\\u0000-\u001f]*`
const escaped = String.raw`\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})`
const string = new RegExp(`"${characters}(?:${escaped}${characters})*"`, 'y')
const halfString = new RegExp(String.raw`"${characters}(?:${escaped}${characters})*(?:\\(?:u[\dA-Fa-f]{0,3})?)?$`, 'y')
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.eE+-])|(?:true|false|null)(?!\w)/y
const halfScalar =
  /(?:-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?)?|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)$/y

/** Finds the fault, independently of the words that a JSON parser has for it; undefined when there is none. */
export function jsonFault(text: string): JsonFault | undefined {
  const walk: Walk = { text, index: 0, state: 'value', open: [] }
  for (;;) {
    take(walk, space)
    const done = walk.state === 'after-value' && walk.open.length === 0
    if (walk.index >= text.length) return done ? undefined : { kind: 'truncated' }
    if (done) return { kind: 'malformed', index: walk.index }
    if (!step(walk)) return cutToken(walk) ? { kind: 'truncated' } : { kind: 'malformed', index: walk.index }
  }
}

function take(walk: Walk, token: RegExp): boolean {
  token.lastIndex = walk.index
  if (!token.test(walk.text)) return false
  walk.index = token.lastIndex
  return true
}

function step(walk: Walk): boolean {
  const next = walk.text.charAt(walk.index)
  const isFirst = walk.state === 'first-key' || walk.state === 'first-element'
  if (isFirst && closes(walk, next)) return true
  switch (walk.state) {
    case 'colon':
      return punctuation(walk, next === ':' ? 'value' : undefined)
    case 'after-value':
      return next === ',' ? punctuation(walk, walk.open.at(-1) === '{' ? 'key' : 'value') : closes(walk, next)
    case 'first-key':
    case 'key':
      return becomes(walk, take(walk, string), 'colon')
    default:
      if (next === '{' || next === '[') return opens(walk, next)
      return becomes(walk, take(walk, string) || take(walk, scalar), 'after-value')
  }
}

function punctuation(walk: Walk, state: State | undefined): boolean {
  if (state === undefined) return false
  walk.index += 1
  walk.state = state
  return true
}

function becomes(walk: Walk, taken: boolean, state: State): boolean {
  if (taken) walk.state = state
  return taken
}

function opens(walk: Walk, bracket: '{' | '['): boolean {
  walk.open.push(bracket)
  return punctuation(walk, bracket === '{' ? 'first-key' : 'first-element')
}

function closes(walk: Walk, bracket: string): boolean {
  const matching = { '}': '{', ']': '[' }[bracket]
  if (matching === undefined || walk.open.at(-1) !== matching) return false
  walk.open.pop()
  return punctuation(walk, 'after-value')
}

/** Whether what is left could be the beginning of a token that may stand here. */
function cutToken(walk: Walk): boolean {
  const keyOrValue = walk.state !== 'colon' && walk.state !== 'after-value'
  const value = walk.state === 'value' || walk.state === 'first-element'
  return (keyOrValue && take(walk, halfString)) || (value && take(walk, halfScalar))
}
