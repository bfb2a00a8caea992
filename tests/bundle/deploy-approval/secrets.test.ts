import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults as bad } from '@deploy-safety/simulators/faults'
import { faults } from '@deploy-safety/simulators/github/fault'
import { respond } from '@deploy-safety/simulators/responder'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { said, verdict } from '../bundle.ts'
import { Site } from './site.ts'

/** Everything that the run left behind, as it was before the runner masked it; how it asked for the mask aside. */
function unmasked(run: ActionRun): string {
  const printed = [run.stdout, run.stderr, run.post?.stdout, run.post?.stderr].join('\n')
  return printed.replace(/^::add-mask::.*$/gm, '') + said(run)
}

function texts(site: Site): string {
  return site.repository.issues
    .map((issue) => [issue.title, issue.text, ...issue.comments.map((comment) => comment.text)].join())
    .join()
}

describe.concurrent('the token', () => {
  it('is in nothing that is left behind, although somebody writes it into a comment', async () => {
    await using site = await Site.start()
    const { value } = site.token
    site.says(['alice', `/approve ${value}`], ['bob', `/deny because of ${value}, you know`])
    const run = await site.play()
    expect(verdict(run)).toBe('denied denied-by-vote')
    expect(run.report).toMatchObject({ message: expect.stringContaining('***') })
    expect(unmasked(run)).not.toContain(value)
    expect(unmasked(run)).not.toContain(value.replace('_', '&#95;'))
    const ours = site.issue.comments
      .filter(({ user }) => user === site.github.actionsBot)
      .map((comment) => comment.text)
    expect(ours.join()).not.toContain(value.slice(4))
    expect(ours.join()).toContain('&#42;&#42;&#42;')
  })

  it.each([
    ['a refusal', (value: string) => faults.status(403, `Resource not accessible by ${value}`)],
    ['an error of GraphQL', (value: string) => faults.graphqlError(`The token ${value} lacks a scope`, 'FORBIDDEN')],
    ['a page that is no JSON', (value: string) => ({ ...faults.html(), body: `<p>${value}</p>` })],
    ['what is cut in its midst', (value: string) => faults.status(422, `${'-'.repeat(180)}${value}`)],
  ] as const)('is in nothing that is left behind, although %s contains it', async (_, fault) => {
    await using site = await Site.start()
    const { value } = site.token
    site.github.fail('graphql', fault(value), { times: 3 })
    const run = await site.play()
    expect(run.outputs['outcome']).toBe('error')
    for (let start = 0; start < value.length - 12; start += 1) {
      expect(unmasked(run)).not.toContain(value.slice(start, start + 12))
    }
    expect(texts(site)).not.toContain(value)
  })
})

describe.concurrent('Slack', () => {
  const path = '/services/T000/B000/s3cret-of-slack'
  const hook = (origin: string) => ({ 'slack-webhook-url': origin + path })

  it('is told when people are asked and what they decided, in harmless text', async () => {
    await using site = await Site.start()
    const told: string[] = []
    const slack = createServer(async (request, response) => {
      told.push((JSON.parse(await text(request)) as { text: string }).text)
      response.end('ok')
    })
    await new Promise<void>((resolve) => slack.listen(0, '127.0.0.1', resolve))
    site.says(['alice', '/deny <!channel> *see* <https://evil.example|here> & leave'])
    const run = await site.play(hook(`http://127.0.0.1:${(slack.address() as AddressInfo).port}`))
    slack.close()
    expect(verdict(run)).toBe('denied denied-by-vote')
    const [asked = '', decided = '', ...others] = told
    expect(others).toEqual([])
    for (const message of [asked, decided]) expect(message).toContain('https://github.com/octo-org/octo-app/issues/1')
    expect(asked).toContain('production')
    expect(decided).toContain('alice')
    expect(decided).not.toMatch(/<!channel>|<https|(?<!\u200b)\*see/)
    expect(run.annotations.map(({ kind }) => kind)).toEqual(['error'])
    expect(unmasked(run)).not.toContain('s3cret-of-slack')
    expect(texts(site)).not.toContain('s3cret-of-slack')
  })

  it.each([
    ['refuses', respond({ status: 500, body: `no such hook ${path}` })],
    ['is elsewhere', respond({ status: 302, headers: { location: `http://127.0.0.1:9${path}` } })],
    ['closes the connection', bad.closeAtOnce],
  ])('that %s changes nothing, and its address stays secret', async (_, fault) => {
    await using site = await Site.start()
    await using slack = await startFault(fault)
    site.says(['alice', '/approve'], ['bob', '/approve'])
    const run = await site.play(hook(slack.url))
    expect(verdict(run), run.log).toBe('approved ok')
    expect(run.exitCode).toBe(0)
    expect(run.annotations.map(({ kind, title }) => `${kind} ${title}`)).toEqual(
      Array.from({ length: 2 }, () => 'warning deploy-approval: Slack'),
    )
    expect(unmasked(run)).not.toContain('s3cret-of-slack')
  })

  it('at an address that is none is refused, without showing it', async () => {
    await using site = await Site.start()
    const run = await site.play({ 'slack-webhook-url': 's3cret-of-slack' })
    expect(verdict(run)).toBe('error invalid-input')
    expect(unmasked(run)).not.toContain('s3cret-of-slack')
  })

  it('is not told of what was denied before anybody was asked', async () => {
    await using site = await Site.start()
    await using slack = await startFault(respond({ status: 200 }))
    const run = await site.play({ ...hook(slack.url), version: 'latest', 'version-pattern': 'semver' })
    expect(verdict(run)).toBe('denied version-invalid')
    expect(slack.connections()).toBe(0)
  })
})
