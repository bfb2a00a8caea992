import { startFault } from '@deploy-safety/simulators/fault-server'
import { redirectTo, respond, sequence } from '@deploy-safety/simulators/responder'
import type { ActionRun } from '@deploy-safety/simulators/runner'
import { describe, expect, it } from 'vitest'
import { verdict } from '../bundle.ts'
import { check } from './check.ts'

const redirects = ({ report }: ActionRun) => {
  const { targets } = report as { targets: { lastResponse: { url: string; redirects: unknown } }[] }
  return [targets[0]?.lastResponse.url, targets[0]?.lastResponse.redirects]
}

describe.concurrent('a redirect', () => {
  it('that is followed is reported, and log and verdict name who responded', async () => {
    await using server = await startFault(sequence([redirectTo('/next'), redirectTo('/end'), respond({ status: 200 })]))
    const run = await check({ url: server.url })
    expect(verdict(run)).toBe('healthy ok')
    const hops = ['/next', '/end'].map((path) => ({ status: 302, to: `${server.url}${path}` }))
    expect(redirects(run)).toEqual([`${server.url}/end`, hops])
    expect(run.log).toContain(`HTTP 200 (redirected to ${server.url}/end)`)
    expect(run.report).toMatchObject({ message: expect.stringContaining(`redirected to ${server.url}/end`) })
    expect(run.summary).toContain('/end')
  })

  it('to a wrong response names who responded in log, annotation and verdict', async () => {
    await using last = await startFault(respond({ status: 503 }))
    await using first = await startFault(redirectTo(`${last.url}/down`))
    const run = await check({ url: first.url, 'follow-redirects': 'all' })
    expect(verdict(run)).toBe('unhealthy http-status')
    const said = `HTTP 503, expected 2xx (from ${last.url}/down after a redirect)`
    expect(run.log).toContain(said)
    expect(run.annotations[0]?.message).toContain(said)
    expect(run.report).toMatchObject({ message: expect.stringContaining(said) })
  })

  it.each(['302', '301,302', '200-399', '3xx'])(
    'whose code %s names is the response, and not followed',
    async (status) => {
      await using elsewhere = await startFault(respond({ status: 500 }))
      await using server = await startFault(redirectTo(`${elsewhere.url}/`))
      const run = await check({ url: server.url, 'expect-status': status, 'follow-redirects': 'all' })
      expect(verdict(run)).toBe('healthy ok')
      expect(elsewhere.connections()).toBe(0)
    },
  )

  it.each([
    ['https://acme.cloudflareaccess.com/cdn-cgi/access/login/x', 'unverifiable blocked-by-edge'],
    ['https://vercel.com/sso-api?url=x', 'unverifiable blocked-by-edge'],
    ['https://login.microsoftonline.com/x', 'unverifiable blocked-by-edge'],
    ['https://other.test/', 'unverifiable redirect-refused'],
    ['ftp://other.test/', 'unhealthy protocol-error'],
  ])('to %s is %s', async (location, expected) => {
    await using server = await startFault(redirectTo(location))
    expect(verdict(await check({ url: server.url }))).toBe(expected)
  })
})

describe.concurrent('in the start-period', () => {
  it.each([
    ['410', respond({ status: 410 })],
    ['a redirect to another origin', redirectTo('https://other.test/')],
  ])('%s is free: the service may be good later', async (_, fault) => {
    await using server = await startFault(sequence([fault, fault, fault, respond({ status: 200 })]))
    const run = await check({ url: server.url, 'start-period': '30s', attempts: '1' })
    expect(verdict(run)).toBe('healthy ok')
    expect(run.outputs.attempts).toBe('1')
  })

  it('wrong input and a refused address are not', async () => {
    const run = await check({ url: 'http://169.254.169.254/', 'start-period': '30s' })
    expect(verdict(run)).toBe('unverifiable address-refused')
    expect(Number(run.outputs['elapsed-ms'])).toBeLessThan(10_000)
  })
})

describe.concurrent('a challenge for people', () => {
  it('is no pass, whatever its status', async () => {
    await using server = await startFault(respond({ status: 200, headers: { 'cf-mitigated': 'challenge' } }))
    expect(verdict(await check({ url: server.url }))).toBe('unverifiable blocked-by-edge')
  })
})
