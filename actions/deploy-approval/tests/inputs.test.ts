import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { readPostOptions } from '../src/post-options.ts'
import { base, eventFile, read, refusal, sha } from './support/reading.ts'

beforeEach(() => {
  // Secrets are masked there.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const noBase = eventFile({ before: '0'.repeat(40) })
const pushed = { GITHUB_EVENT_PATH: eventFile({ before: base, sender: { id: 4, login: 'dave' } }) }

describe('with nothing but what is required', () => {
  it('every default of action.yml can be read', async () => {
    const { proxyFor, context, ...inputs } = await read()
    expect(inputs).toEqual({
      mode: 'wait',
      policy: {
        approvers: { logins: ['alice', 'bob'], teams: [] },
        requiredApprovals: 2,
        initiator: 'excluded',
        excludeAuthors: false,
        versionPattern: '',
        allowedRefs: [],
        checklist: [],
        checklistRequired: false,
        timeoutMs: 3_600_000,
      },
      versionPattern: undefined,
      environment: 'production',
      ...{ version: '', sha, isShaGiven: false, gate: 'Deploy / approve', base: '', requestedBy: '' },
      ...{ title: '', body: '', labels: ['deployment-approval'], assign: true },
      ...{ pollIntervalMs: undefined, supersede: true, emergency: undefined },
      issueRepository: 'octo-org/octo-app',
      slackWebhookUrl: '',
      issueNumber: undefined,
      requestWorkflow: '.github/workflows/deploy.yml',
      token: 'ghs_token',
    })
  })

  it('a default is what stands in action.yml', async () => {
    const { inputs } = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'))
    const defaults = Object.entries<{ default: string }>(inputs).map(([name, input]) => [name, input.default] as const)
    const required = { approvers: 'alice,bob', environment: 'production', 'github-token': 'ghs_token' }
    const { context, proxyFor, ...fromYaml } = await read({ ...Object.fromEntries(defaults), ...required })
    const { context: same, proxyFor: alike, ...usual } = await read()
    expect(fromYaml).toEqual(usual)
  })

  it.each(['request', 'check'])('mode %s has the file of the workflow as its gate, and three days', async (mode) => {
    const inputs = await read({ mode, 'allowed-refs': 'refs/tags/v*' })
    expect(inputs.gate).toBe('.github/workflows/deploy.yml')
    expect(inputs.policy.timeoutMs).toBe(72 * 3_600_000)
  })
})

describe('what is given', () => {
  it('is taken, blanks around it aside', async () => {
    const inputs = await read(
      {
        ...{ mode: 'check', approvers: '\n @Alice,\n octo-org/Release-Team \n', 'required-approvals': '100' },
        ...{ initiator: 'counts', 'exclude-authors': 'true', 'base-sha': base.toUpperCase(), environment: ' eu west ' },
        ...{ version: 'v1.4.0', sha: sha.toUpperCase(), 'version-pattern': 'semver', 'requested-by': '@Dave' },
        ...{ 'allowed-refs': 'refs/tags/v*, refs/heads/main\n', gate: 'database', 'checklist-required': 'true' },
        checklist: '- [ ] Backup taken\r\n\n* Alarms off\n+ [x] On call\n1. Told support',
        ...{ title: 'Go?', body: 'Because', labels: 'a, b\na', assign: 'false', timeout: '2h', 'poll-interval': '1s' },
        ...{ supersede: 'false', 'slack-webhook-url': 'https://hooks.slack.com/x', 'issue-number': '7' },
        'request-workflow': 'ask.yml',
      },
      pushed,
    )
    expect(inputs).toMatchObject({
      mode: 'check',
      policy: {
        approvers: { logins: ['alice'], teams: [{ org: 'octo-org', slug: 'release-team' }] },
        ...{ requiredApprovals: 100, initiator: 'counts', excludeAuthors: true, versionPattern: 'semver' },
        allowedRefs: ['refs/tags/v*', 'refs/heads/main'],
        checklist: ['Backup taken', 'Alarms off', 'On call', '1. Told support'],
        ...{ checklistRequired: true, timeoutMs: 7_200_000 },
      },
      versionPattern: { text: 'semver' },
      ...{ environment: 'eu west', version: 'v1.4.0', sha, isShaGiven: true, gate: 'database', base },
      ...{ requestedBy: 'dave', title: 'Go?', body: 'Because', labels: ['a', 'b'], assign: false },
      ...{ pollIntervalMs: 1_000, supersede: false, slackWebhookUrl: 'https://hooks.slack.com/x', issueNumber: 7 },
      requestWorkflow: '.github/workflows/ask.yml',
    })
  })

  it('a checklist has at most 99 items', async () => {
    const items = (count: number) => Array.from({ length: count }, (_, index) => `item ${index}`).join('\n')
    expect((await read({ checklist: items(99) })).policy.checklist).toHaveLength(99)
    expect(await refusal({ checklist: items(100) })).toContain('100 items')
  })

  it('the whole of an emergency', async () => {
    const given = { emergency: 'true', reason: 'Outage', incident: 'INC-7', 'review-within': '1m' }
    expect((await read(given)).emergency).toEqual({ reason: 'Outage', incident: 'INC-7', reviewWithinMs: 60_000 })
  })

  it('base-sha goes before the push, and of the issue number before the event', async () => {
    const env = { GITHUB_EVENT_PATH: eventFile({ before: base, issue: { number: 3 } }) }
    expect((await read({}, env)).base).toBe(base)
    expect((await read({ 'base-sha': sha }, env)).base).toBe(sha)
    const check = { mode: 'check', 'allowed-refs': '**' }
    expect((await read(check, env)).issueNumber).toBe(3)
    expect((await read({ ...check, 'issue-number': '5' }, env)).issueNumber).toBe(5)
  })

  it.each([
    ['.github/workflows/a.yaml', '.github/workflows/a.yaml'],
    ['./.github/workflows/a.yml', '.github/workflows/a.yml'],
    ['a.yml', '.github/workflows/a.yml'],
  ])('request-workflow %s', async (text, path) => {
    expect((await read({ 'request-workflow': text })).requestWorkflow).toBe(path)
  })

  it('another repository for the issue, only while waiting', async () => {
    const inputs = await read({ 'issue-repository': 'octo-org/approvals' })
    expect(inputs.issueRepository).toBe('octo-org/approvals')
    expect(inputs.context.repository).toBe('octo-org/octo-app')
  })
})

describe('refused', () => {
  it.each([
    ['approvers', ''],
    ['approvers', 'alice,,b ob'],
    ['environment', ''],
    ['environment', 'pro\u200bduction'],
    ['version', 'v'.repeat(101)],
    ['environment', 'x'.repeat(101)],
    ['gate', 'x'.repeat(201)],
    ['environment', 'a\nb'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as somebody wrote it in quotes
    ['version', '${{ github.ref_name }}'],
    ['mode', 'dry-run'],
    ['required-approvals', '0'],
    ['required-approvals', '101'],
    ['required-approvals', '1.5'],
    ['required-approvals', '-1'],
    ['required-approvals', 'all'],
    ['initiator', 'yes'],
    ['exclude-authors', 'yes'],
    ['base-sha', 'abc1234'],
    ['base-sha', 'main'],
    ['base-sha', '0'.repeat(41)],
    ['base-sha', `${'0'.repeat(40)}1`],
    ['base-sha', `1${'0'.repeat(40)}`],
    ['sha', sha.slice(1)],
    ['sha', `${sha}0`],
    ['sha', 'g'.repeat(40)],
    ['version', 'v1\u0007'],
    ['version-pattern', 'semantic'],
    ['requested-by', 'octo-org/team'],
    ['requested-by', '\u212aate'],
    ['allowed-refs', 'v*'],
    ['allowed-refs', ','],
    ['allowed-refs', ' ,\n, '],
    ['allowed-refs', 'refs/tags/v[0-9]'],
    ['checklist', 'one\ntw\u202eo'],
    ['labels', 'x'.repeat(51)],
    ['assign', 'no'],
    ['timeout', '1'],
    ['timeout', '999ms'],
    ['timeout', '0s'],
    ['poll-interval', '999ms'],
    ['poll-interval', 'often'],
    ['supersede', '1'],
    ['emergency', 'on'],
    ['review-within', '59s'],
    ['issue-repository', 'approvals'],
    ['issue-repository', 'a/b/c'],
    ['issue-repository', 'a/b c'],
    ['issue-repository', 'a b/c'],
    ['issue-number', '0'],
    ['request-workflow', 'docs/deploy.yml'],
    ['request-workflow', '.github/workflows/deploy.txt'],
    ['request-workflow', '.github/workflows/deploy.yml.txt'],
    ['request-workflow', 'x/.github/workflows/deploy.yml'],
    ['slack-webhook-url', 'httpsx://hooks.slack.com'],
    ['slack-webhook-url', 'xhttp://hooks.slack.com'],
    ['github-token', '$' + '{{ github.token }}'],
    ['github-token', 'two words'],
  ])('%s: %j', async (name, value) => {
    const message = await refusal({ [name]: value })
    expect(message).toContain(`"${name}"`)
    expect(message.includes('missing')).toBe(value === '')
  })

  it('a webhook that is none, without showing it', async () => {
    const message = await refusal({ 'slack-webhook-url': 'hooks.slack.com/services/secret' })
    expect(message).toContain('"slack-webhook-url"')
    expect(message).not.toContain('secret')
  })

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    ['a pattern without a version', { 'version-pattern': 'semver' }, {}, /version is empty/],
    ['authors that nobody can find out', { 'exclude-authors': 'true' }, {}, /exclude-authors needs/],
    ['the same for a new tag', { 'exclude-authors': 'true' }, { GITHUB_EVENT_PATH: noBase }, /exclude-authors needs/],
    ['a base of zeros', { 'exclude-authors': 'true', 'base-sha': '0'.repeat(40) }, {}, /exclude-authors needs/],
    [
      'the commit before something else than a push',
      { 'exclude-authors': 'true' },
      { ...pushed, GITHUB_EVENT_NAME: 'pull_request' },
      /exclude-authors needs/,
    ],
    ['a required checklist without items', { 'checklist-required': 'true' }, {}, /checklist is empty/],
    ['request without allowed refs', { mode: 'request' }, {}, /needs allowed-refs/],
    [
      'a check of authors without a base of its own',
      { mode: 'check', 'allowed-refs': '**', 'exclude-authors': 'true', 'issue-number': '7' },
      {},
      /exclude-authors/,
    ],
    ['check without allowed refs', { mode: 'check' }, {}, /needs allowed-refs/],
    ['request of another commit', { mode: 'request', 'allowed-refs': '**', sha: base }, {}, /but sha is/],
    ['an emergency without a reason', { emergency: 'true' }, {}, /needs a reason/],
    [
      'an emergency in check',
      { mode: 'check', 'allowed-refs': '**', emergency: 'true', reason: 'x' },
      {},
      /no emergency/,
    ],
    ['an issue number elsewhere than in check', { 'issue-number': '1' }, {}, /no issue-number/],
    [
      'another repository in request',
      { mode: 'request', 'allowed-refs': '**', 'issue-repository': 'a/b' },
      {},
      /no issue-rep/,
    ],
    ['six hours on a hosted runner', { timeout: '6h' }, { RUNNER_ENVIRONMENT: 'github-hosted' }, /longer than a job/],
    [
      'request where nobody knows the workflow',
      { mode: 'request', 'allowed-refs': '**' },
      { GITHUB_WORKFLOW_REF: '' },
      /WORKFLOW_REF/,
    ],
    [
      'check that has a gate and no workflow',
      { mode: 'check', 'allowed-refs': '**', gate: 'x' },
      { GITHUB_WORKFLOW_REF: '' },
      /WORKFLOW_REF/,
    ],
    [
      'check that has a workflow and no gate',
      { mode: 'check', 'allowed-refs': '**', 'request-workflow': 'a.yml' },
      { GITHUB_WORKFLOW_REF: '' },
      /WORKFLOW_REF/,
    ],
    [
      'check where nobody knows the workflow',
      { mode: 'check', 'allowed-refs': '**' },
      { GITHUB_WORKFLOW_REF: '' },
      /WORKFLOW_REF/,
    ],
  ])('%s', async (_, given, env, message) => {
    expect(await refusal(given, env)).toMatch(message)
  })
})

describe('allowed', () => {
  it.each([
    ['required-approvals', '1'],
    ['timeout', '1s'],
    ['timeout', '480h'],
    ['environment', 'x'.repeat(100)],
    ['gate', 'x'.repeat(200)],
    ['labels', `${'x'.repeat(50)},,y`],
    ['slack-webhook-url', 'http://127.0.0.1:1'],
  ])('%s: %s', async (name, value) => {
    await expect(read({ [name]: value })).resolves.toBeDefined()
  })

  it('a dash within an item', async () => {
    expect((await read({ checklist: 'a - b\n-c\n* * d' })).policy.checklist).toEqual(['a - b', '-c', '* d'])
  })

  it('an empty label is none', async () => {
    expect((await read({ labels: 'a,,b\n\n' })).labels).toEqual(['a', 'b'])
  })

  it('a pattern without a version in check: the request has it', async () => {
    const given = { mode: 'check', 'allowed-refs': '**', 'version-pattern': 'semver', 'issue-number': '7' }
    expect((await read(given)).policy).toMatchObject({ versionPattern: 'semver' })
  })

  it('authors without a base in a check that sweeps: it decides nothing', async () => {
    const given = { mode: 'check', 'allowed-refs': '**', 'exclude-authors': 'true' }
    expect((await read(given)).policy).toMatchObject({ excludeAuthors: true })
  })

  it.each([
    ['a long wait on a runner of one’s own', { timeout: '72h' }, 'self-hosted'],
    ['nearly six hours on a hosted runner', { timeout: '5h59m' }, 'github-hosted'],
    ['days without a runner', { mode: 'request', 'allowed-refs': '**' }, 'github-hosted'],
  ])('%s', async (_, given, environment) => {
    await expect(read(given, { RUNNER_ENVIRONMENT: environment })).resolves.toBeDefined()
  })

  it('waiting where the runner does not name the workflow, as act does not', async () => {
    expect((await read({}, { GITHUB_WORKFLOW_REF: '' })).context.workflowPath).toBe('')
  })

  it('check that is told both the workflow and the gate', async () => {
    const given = { mode: 'check', 'allowed-refs': '**', 'request-workflow': 'ask.yml', gate: 'database' }
    expect((await read(given, { GITHUB_WORKFLOW_REF: '' })).requestWorkflow).toBe('.github/workflows/ask.yml')
  })
})

describe('secrets', () => {
  it('are masked before anything else is read', async () => {
    const printed = vi.mocked(process.stdout.write)
    await refusal({ mode: 'x', 'github-token': 'ghs_1234567', 'slack-webhook-url': 'https://hooks.slack.com/abc' })
    const text = printed.mock.calls.map(([chunk]) => String(chunk)).join('')
    expect(text).toContain('::add-mask::ghs_1234567')
    expect(text).toContain('::add-mask::https://hooks.slack.com/abc')
  })

  it('the post step reads the token and where GitHub is', async () => {
    await read({ 'github-token': 'ghs_post' }, { GITHUB_API_URL: 'https://ghe.example.com/api/v3/' })
    expect(readPostOptions()).toMatchObject({
      apiUrl: 'https://ghe.example.com/api/v3',
      graphqlUrl: 'https://api.github.com/graphql',
      token: 'ghs_post',
    })
  })
})
