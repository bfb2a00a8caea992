import { createHash } from 'node:crypto'
import { isRecord } from '@deploy-safety/common/record'
import { credentials, permit } from './access.ts'
import { type Exchange, exchangeOf } from './exchange.ts'
import { type Fault, Faults } from './fault.ts'
import { answerGraphql } from './graphql/execute.ts'
import { type Answer, type ApiRequest, type LoggedRequest, Refusal, type Reply } from './http.ts'
import { budgetHeaders, charge, checkBudget } from './rate-limits.ts'
import type { Call } from './rest/call.ts'
import { operations } from './rest/operations.ts'
import type { Token } from './token.ts'
import type { World } from './world.ts'

/** The end of a JSON text that never came. */
const fragment = '{"id": 1, "node_id": "I_kw'

/** Answers requests as GitHub would, or as a fault wants it, and remembers them. */
export class Api {
  readonly faults = new Faults()
  readonly requests: LoggedRequest[] = []
  /** Where a request or an answer was not of the form that GitHub describes. */
  readonly violations: string[] = []
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  handle(request: ApiRequest): Reply {
    this.#play()
    const exchange = exchangeOf(this.#world, request)
    const { operation, url } = exchange
    const path = url.pathname + url.search
    const { method, body, headers } = request
    const planned = this.faults.take({ method, path, operation, body, headers })
    const token = this.#world.findToken(credentials(request))
    const unharmed = planned?.effect === 'after' || (method === 'GET' && planned?.fault.status === undefined)
    const served = planned === undefined || unharmed ? this.#serve(exchange, token) : undefined
    const reply = this.#reply(exchange, token, planned === undefined ? served : spoilt(planned.fault, served))
    const counted = reply.status !== 304
    const login = token?.identity.login
    const asked = { method, path, operation }
    this.requests.push({ ...asked, status: reply.status, counted, login, at: this.#world.now() })
    return reply
  }

  /** A mistake in a test's own story must not end as an answer that could be meant. */
  #play(): void {
    try {
      this.#world.play()
    } catch (error) {
      this.violations.push(`A scripted event failed: ${error instanceof Error ? error.stack : String(error)}`)
      throw error
    }
  }

  #reply({ resource }: Exchange, token: Token | undefined, served: Served = {}): Reply {
    const { status = 200, headers = {}, body = fragment, delivery = 'whole' } = served
    const now = this.#world.now()
    if (token !== undefined && status !== 304) charge(token, resource, now)
    const common = {
      date: now.toUTCString(),
      'content-type': 'application/json; charset=utf-8',
      'x-github-request-id': `SIM:${this.requests.length + 1}`,
      ...(this.#world.profile === 'ghes-3.17' && { 'x-github-enterprise-version': '3.17.0' }),
      ...(token !== undefined && budgetHeaders(token, resource, now)),
    }
    return { status, headers: { ...common, ...headers }, body, delivery }
  }

  #serve(exchange: Exchange, token: Token | undefined): Served {
    const { answer, body } = this.#answer(exchange, token)
    const operation = operations[exchange.operation ?? '']
    const headers: Record<string, string> = { ...answer.headers }
    if (operation !== undefined)
      headers['x-accepted-github-permissions'] = `${operation.permission}=${operation.access}`
    if (exchange.request.method !== 'GET' || answer.status !== 200) return { status: answer.status, headers, body }
    headers['etag'] = `W/"${createHash('sha256').update(`${token?.value} ${body}`).digest('hex')}"`
    const unchanged = exchange.request.headers['if-none-match'] === headers['etag']
    return unchanged ? { status: 304, headers, body: '' } : { status: 200, headers, body }
  }

  #answer(exchange: Exchange, token: Token | undefined): { readonly answer: Answer; readonly body: string } {
    try {
      const answer = this.#attempt(exchange, token)
      const problem = exchange.match && this.#problemOf(exchange, answer)
      if (problem !== undefined) throw new Error(problem)
      return { answer, body: answer.body === undefined ? '' : JSON.stringify(answer.body) }
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.violations.push(`${exchange.request.method} ${exchange.url.pathname}: ${text}`)
      return { answer: { status: 500 }, body: JSON.stringify({ message: `The simulator failed: ${text}` }) }
    }
  }

  #problemOf({ match, description }: Exchange, { status, body }: Answer): string | undefined {
    return match && status !== 204 ? description.answerProblem(match.operation, status, body) : undefined
  }

  #attempt(exchange: Exchange, token: Token | undefined): Answer {
    try {
      if (token === undefined) throw new Refusal(401, 'Bad credentials')
      checkBudget(token, exchange.resource, this.#world.now())
      if (exchange.operation === 'graphql') return answerGraphql({ world: this.#world, token }, exchange)
      return this.#rest(exchange, token)
    } catch (error) {
      if (error instanceof Refusal) return error.answer
      throw error
    }
  }

  #rest({ match, request, url, view, description }: Exchange, token: Token): Answer {
    const operation = operations[match?.operation ?? '']
    if (match === undefined || operation === undefined) throw new Error('This is not simulated')
    const body: unknown = request.body === undefined || request.body === '' ? undefined : JSON.parse(request.body)
    const problem = description.requestProblem(match, url.searchParams, body)
    if (problem !== undefined) throw new Error(`The request is not of the described form: ${problem}`)
    const act = this.#world.act(token.identity)
    const said = { parameters: match.parameters, query: url.searchParams, url, body: isRecord(body) ? body : {} }
    const call: Call = { world: this.#world, view, token, act, ...said }
    permit(call, operation)
    return operation.answer(call)
  }
}

interface Served extends Fault {}

function spoilt(fault: Fault, served: Served = {}): Served {
  if (fault.status !== undefined) return fault
  return { ...served, ...fault }
}
