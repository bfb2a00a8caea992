import { startGitHub } from '@deploy-safety/simulators/github/server'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { parseApprovers } from '../src/approver-list.ts'
import { Client } from '../src/github/client.ts'
import { readIssue } from '../src/github/issue.ts'
import { readThread } from '../src/github/thread-reader.ts'
import { fetchThrough } from '../src/github/transport.ts'
import { Stage } from './support/stage.ts'

const short = { policy: { timeoutMs: 30_000 } }

describe('what has several pages is read to its end', () => {
  it('a team of 250, and of its child teams, whose last member votes', async () => {
    const stage = new Stage()
    stage.token.permissions = { ...stage.token.permissions, members: 'read' }
    const crowd = Array.from({ length: 250 }, (_, index) => stage.github.account(`member-${index}`))
    const all = stage.github.team('octo-org/all', crowd.slice(0, 249))
    stage.github.team('octo-org/night', crowd.slice(249), all)
    stage.says(5, 'member-0', '/approve')
    stage.says(6, 'member-249', '/approve')
    const outcome = await stage.play({ policy: { ...short.policy, approvers: parseApprovers('octo-org/all') } })
    expect(outcome).toMatchObject({ outcome: 'approved' })
    expect(stage.issue.assignees.size).toBeLessThanOrEqual(10)
  })

  it('350 commits, of which the oldest excludes its author', async () => {
    const stage = new Stage()
    const { alice, dave } = stage.people
    const { git } = stage.repository
    let sha = git.commit({ message: 'Oldest', author: alice, parents: [stage.sha] })
    for (let count = 0; count < 349; count += 1) sha = git.commit({ message: `${count}`, author: dave, parents: [sha] })
    stage.says(5, 'alice', '/approve')
    stage.says(6, 'bob', '/approve')
    const outcome = await stage.play({ sha, base: stage.sha, policy: { ...short.policy, excludeAuthors: true } })
    expect(outcome.count.votes.map(({ why }) => why)).toEqual(['commit-author', 'counted'])
  })

  it('250 comments and 250 events in one read', async () => {
    const stage = new Stage()
    const mallory = stage.github.as('mallory')
    const issue = mallory.open(stage.repository, 'A')
    for (let count = 0; count < 250; count += 1) {
      mallory.comment(issue, `${count}`)
      mallory.retitle(issue, `Title ${count}`)
    }
    const { github, clock, token } = stage
    const at = { apiUrl: github.url, graphqlUrl: github.graphqlUrl, token: token.value, clock }
    const edges = { fetch: github.fetch as never, signal: new AbortController().signal }
    const client = new Client({ ...at, ...edges }, { attempts: 1, untilMs: 0, rateLimitUntilMs: 0 })
    const { thread } = await readThread(client, { repository: stage.repository.fullName, number: issue.number })
    expect([thread.comments.length, thread.events.length]).toEqual([250, 250])
    expect(thread.comments.map(({ body }) => body).slice(-1)).toEqual(['249'])
  })
})

describe('commits that GitHub does not list to the end', () => {
  it('are an error where their authors are excluded, and left out where they are only shown', async () => {
    const body = JSON.stringify({ total_commits: 9, commits: [] })
    const cut = { status: 200, headers: { 'content-type': 'application/json' }, body }
    for (const excludeAuthors of [true, false]) {
      const stage = new Stage()
      stage.github.fail('repos/compare-commits-with-basehead', cut, { times: 9 })
      const outcome = await stage.play({ base: stage.sha, policy: { ...short.policy, excludeAuthors } })
      expect(outcome.reasonCode).toBe(excludeAuthors ? 'api-error' : 'timed-out')
    }
  })
})

describe('requests over the network', () => {
  async function withServer(work: (stage: Stage, client: Client) => Promise<void>): Promise<void> {
    const stage = new Stage()
    await using server = await startGitHub(stage.github)
    const clock = { now: () => performance.now(), date: () => new Date(), sleep: () => new Promise<void>(() => {}) }
    const at = { apiUrl: server.url, graphqlUrl: server.graphqlUrl, token: stage.token.value, clock }
    const edges = { fetch: fetchThrough(() => undefined, []), signal: new AbortController().signal }
    await work(stage, new Client({ ...at, ...edges }, { attempts: 1, untilMs: 0, rateLimitUntilMs: 0 }))
  }

  it('a redirect is not followed: what was transferred is gone', async () => {
    await withServer(async (stage, client) => {
      const issue = stage.github.as('alice').open(stage.repository, 'A')
      const place = { repository: stage.repository.fullName, number: issue.number }
      expect(await readIssue(client, place)).toMatchObject({ title: 'A', isOpen: true })
      stage.github.as('alice').transfer(issue, stage.github.repository('octo-org/attic'))
      await expect(readIssue(client, place)).rejects.toMatchObject({ reasonCode: 'issue-gone' })
    })
  })

  it('304 has no body and is no change', async () => {
    await withServer(async (stage, client) => {
      const { number } = stage.github.as('alice').open(stage.repository, 'A')
      const asked = { owner: 'octo-org', repo: 'octo-app', issue_number: number }
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}'
      const first = await client.sendIfChanged(route, { ...asked, etag: undefined }, v.unknown())
      expect(first?.etag).toBeDefined()
      expect(await client.sendIfChanged(route, { ...asked, etag: first?.etag }, v.unknown())).toBeUndefined()
    })
  })
})
