import { cut } from '@deploy-safety/common/escape'
import { redact } from '@deploy-safety/common/redact'
import { runWithin, timedOut } from '@deploy-safety/common/time-box'
import type { JSONPathNode, JSONPathQuery, JSONValue } from 'json-p3'
import { type Comparison, lengthOf, type Met, meets } from './json-comparison.ts'
import { timeLimitMs } from './pattern.ts'

/** One line of `expect-json`: `$.status == "UP"`, `len($.items) > 0`, `not $.errors exists`. */
export interface JsonCondition extends Comparison {
  readonly source: string
  /** As it was written. */
  readonly path: string
  readonly query: JSONPathQuery
  /** Turns the whole condition round: it holds when there is no node, or one that does not meet the rest. */
  readonly negated: boolean
}

/**
 * Why the condition does not hold, or undefined when it does: there is at least one node, and every one meets it. What
 * cannot be decided holds neither with `not` nor without.
 */
export function unmetBy(condition: JsonCondition, document: unknown): string | undefined {
  const { source, query, path, negated } = condition
  const nodes = nodesAt(query, document, (value) => meets(condition, value))
  if (typeof nodes === 'string') return `${nodes}: ${source}`
  if (nodes.length === 0) return negated ? undefined : `nothing is at ${path}, expected ${source}`
  if (negated && nodes.some(({ met }) => met === 'no')) return undefined
  const bad = negated ? nodes : nodes.filter(({ met }) => met !== 'yes')
  return bad.length === 0 ? undefined : `${describeNodes(bad, condition)}, expected ${describeExpected(condition)}`
}

/** The nodes at a path, or why there are none. */
export function allNodesAt(query: JSONPathQuery, document: unknown): readonly JSONPathNode[] | string {
  const nodes = nodesAt(query, document, () => 'yes')
  if (typeof nodes === 'string') return nodes
  return nodes.length === 0 ? 'nothing is at that path' : nodes.map(({ node }) => node)
}

interface JudgedNode {
  readonly node: JSONPathNode
  readonly met: Met
}

/** Query and judgement share one time limit: both run the user's expressions over a foreign document. */
function nodesAt(query: JSONPathQuery, document: unknown, meet: (value: unknown) => Met): JudgedNode[] | string {
  try {
    const judged = runWithin(timeLimitMs, () => {
      const { nodes } = query.query(document as JSONValue)
      return nodes.map((node) => ({ node, met: meet(node.value) }))
    })
    return judged === timedOut ? `the condition took more than ${timeLimitMs} ms on this body` : judged
  } catch {
    // The path was compiled, so that only the recursion that it takes can fail.
    return 'the body is nested too deeply for the path'
  }
}

// As many as a reader looks at; the excerpt of the body has the rest.
const mostNodes = 5

function describeExpected({ source, negated, ofLength, operator, operand }: JsonCondition): string {
  return operator === '==' && !negated && !ofLength ? cut(textOf(operand), 80) : source
}

function describeNodes(nodes: readonly JudgedNode[], { ofLength }: JsonCondition): string {
  const described = nodes.slice(0, mostNodes).map(({ node, met }) => {
    const seen = met === 'open' ? ', of which an expression sees only the first 64 KiB' : ''
    const length = ofLength ? lengthOf(node.value) : undefined
    if (length !== undefined) return `len(${pathOf(node)}) is ${length}`
    return `${pathOf(node)} is ${redactedValue(node)}${ofLength ? ', which has no length' : seen}`
  })
  const more = nodes.length - described.length
  return more === 0 ? described.join(', ') : `${described.join(', ')} and ${more} more`
}

/** As it can be pasted: `$.checks[0].name`, `$['weird key']`. */
function pathOf(node: JSONPathNode): string {
  return cut(node.getPath(), 100)
}

/** As JSON, and redacted by its name as it would be in the body: `$.token is "***"`. */
function redactedValue({ value, location }: JSONPathNode): string {
  const begin = `${JSON.stringify(String(location.findLast((part) => typeof part === 'string') ?? ''))}:`
  return cut(redact(`${begin}${cut(textOf(value), 200)}`).slice(begin.length), 80)
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return Array.isArray(value) ? 'an array too deep to show' : 'an object too deep to show'
  }
}
