import type { Account, AccountType } from './account.ts'
import { Api } from './api.ts'
import { places } from './exchange.ts'
import type { Fault, FaultMatch, FaultPlan } from './fault.ts'
import { fetchFrom } from './fetch.ts'
import type { ApiRequest, LoggedRequest, Reply } from './http.ts'
import { Person } from './person.ts'
import type { Repository, RepositoryOptions } from './repository.ts'
import { type RunOptions, WorkflowRun } from './run.ts'
import type { Team } from './team.ts'
import type { Token, TokenOptions } from './token.ts'
import { World, type WorldOptions } from './world.ts'

/**
 * GitHub as far as an approval in an issue meets it: people, repositories, runs and issues, seen over REST and GraphQL.
 * Everything happens at once and in the same order; time is the clock's.
 */
export class GitHub {
  readonly world: World
  /** An API at home in this process: for tests with a virtual clock. */
  readonly fetch: typeof fetch
  readonly #api: Api

  constructor(options: WorldOptions = {}) {
    this.world = new World(options)
    this.#api = new Api(this.world)
    this.fetch = fetchFrom((request) => this.handle(request))
  }

  /** GITHUB_API_URL, for `fetch`. */
  get url(): string {
    const { origin, rest } = places[this.world.profile]
    return origin + rest
  }

  get graphqlUrl(): string {
    const { origin, graphql } = places[this.world.profile]
    return origin + graphql
  }

  /** The account of GITHUB_TOKEN. */
  get actionsBot(): Account {
    return this.world.actionsBot
  }

  account(login: string, type: AccountType = 'User', id?: number): Account {
    return this.world.accounts.add(login, type, id)
  }

  rename(login: string, to: string): void {
    this.world.accounts.rename(login, to)
  }

  /** `org/slug`; the organisation comes to be with its first team or repository. */
  team(name: string, members: readonly Account[] = [], parent?: Team): Team {
    const team = this.world.addTeam(name, parent)
    for (const member of members) team.add(member)
    return team
  }

  repository(fullName: string, options: RepositoryOptions = {}): Repository {
    return this.world.addRepository(fullName, options)
  }

  run(
    repository: Repository,
    options: Omit<RunOptions, 'id' | 'now' | 'repository'> & { readonly id?: number },
  ): WorkflowRun {
    const id = options.id ?? this.world.ids.next()
    const run = new WorkflowRun({ ...options, id, repository, now: () => this.world.now() })
    repository.runs.set(run.id, run)
    return run
  }

  token(options: TokenOptions): Token {
    return this.world.addToken(options)
  }

  as(login: string): Person {
    const account = this.world.accounts.get(login)
    return new Person(() => this.world.act(account))
  }

  /** What happens by itself once the clock has got there, before the next request is answered. */
  at(moment: Date | number, happens: () => void): void {
    this.world.script(moment, happens)
  }

  /** Lets happen what is due; a request does so too. */
  play(): void {
    this.world.play()
  }

  fail(match: FaultMatch, fault: Fault, plan: FaultPlan = {}): void {
    this.#api.faults.plan(match, fault, plan)
  }

  handle(request: ApiRequest): Reply {
    return this.#api.handle(request)
  }

  get requests(): readonly LoggedRequest[] {
    return this.#api.requests
  }

  get counted(): number {
    return this.requests.filter(({ counted }) => counted).length
  }

  /** Where a request or an answer was not of the form that GitHub describes: to be empty at the end of a test. */
  get violations(): readonly string[] {
    return this.#api.violations
  }
}
