import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readContext } from '../src/context.ts'
import { base, eventFile, read, sha } from './support/reading.ts'

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await read()
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const context = (env: Record<string, string | undefined> = {}) => readContext({ ...process.env, ...env })
const event = (content: unknown, name = 'push') =>
  context({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: eventFile(content) }).event
const nobody = { sender: undefined, before: undefined, isFork: false, issueNumber: undefined }

describe('the run', () => {
  it('is what the runner says', () => {
    expect(context()).toEqual({
      ...{ repository: 'octo-org/octo-app', runId: 77, attempt: 2, eventName: 'push', sha, ref: 'refs/tags/v1.4.0' },
      ...{ workflow: 'Deploy', job: 'approve', workflowPath: '.github/workflows/deploy.yml' },
      ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com' },
      ...{ graphqlUrl: 'https://api.github.com/graphql', isHosted: false, event: nobody },
    })
    expect(context({ RUNNER_ENVIRONMENT: 'github-hosted' }).isHosted).toBe(true)
  })

  it.each([
    ['GITHUB_REPOSITORY', 'octo-app'],
    ['GITHUB_REPOSITORY', 'octo-org/octo-app/x'],
    ['GITHUB_RUN_ID', ''],
    ['GITHUB_RUN_ID', '7 '],
    ['GITHUB_RUN_ID', 'x7'],
    ['GITHUB_RUN_ATTEMPT', 'one'],
    ['GITHUB_RUN_ATTEMPT', '1x'],
    ['GITHUB_RUN_ATTEMPT', 'x1'],
    ['GITHUB_SHA', 'main'],
    ['GITHUB_SHA', `${sha}0`],
    ['GITHUB_SHA', `x${sha}`],
    ['GITHUB_API_URL', 'api.github.com'],
    ['GITHUB_JOB', undefined],
  ])('is none with %s=%s', (name, value) => {
    expect(() => context({ [name]: value })).toThrow(name)
  })

  it.each([
    ['octo-org/octo-app/.github/workflows/deploy.yml@refs/heads/a@b', '.github/workflows/deploy.yml'],
    ['Octo-Org/Octo-App/.github/workflows/deploy.yml@refs/heads/main', '.github/workflows/deploy.yml'],
    ['octo-org/octo-app/.github/workflows/dep@loy.yml@refs/heads/main', '.github/workflows/dep@loy.yml'],
    ['x/octo-org/octo-app/.github/workflows/deploy.yml@refs/heads/main', ''],
    ['other-org/required/.github/workflows/deploy.yml@refs/heads/main', ''],
    ['', ''],
    [undefined, ''],
  ])('with GITHUB_WORKFLOW_REF=%s has the workflow "%s"', (text, path) => {
    expect(context({ GITHUB_WORKFLOW_REF: text }).workflowPath).toBe(path)
  })
})

it('a deployment of a commit has no ref, and the runner sets none', () => {
  expect(context({ GITHUB_EVENT_NAME: 'deployment', GITHUB_REF: undefined }).ref).toBe('')
})

it('a repository is the same in any case', () => {
  expect(context({ GITHUB_REPOSITORY: 'Octo-Org/octo-app' }).workflowPath).toBe('.github/workflows/deploy.yml')
})

it('a wrong variable is shown', () => {
  expect(() => context({ GITHUB_RUN_ID: 'seven' })).toThrow('The variable GITHUB_RUN_ID is "seven".')
})

describe('the event', () => {
  it.each([
    [
      'of a push',
      { before: base, sender: { id: 4, login: 'dave', type: 'User' } },
      { before: base, sender: { id: 4, login: 'dave' } },
    ],
    ['of a new branch', { before: '0'.repeat(40) }, {}],
    ['of a schedule', { schedule: '0 * * * *' }, {}],
    ['with nulls', { before: null, sender: null, pull_request: null, issue: null }, {}],
    ['of a comment', { issue: { number: 12 } }, { issueNumber: 12 }],
    ['of a pull request from here', { pull_request: { head: { repo: { id: 1 } }, base: { repo: { id: 1 } } } }, {}],
    [
      'of one from a fork',
      { pull_request: { head: { repo: { id: 2 } }, base: { repo: { id: 1 } } } },
      { isFork: true },
    ],
    [
      'of one whose fork is gone',
      { pull_request: { head: { repo: null }, base: { repo: { id: 1 } } } },
      { isFork: true },
    ],
    ['of one that names neither', { pull_request: { head: {}, base: {} } }, { isFork: true }],
  ])('%s', (_, content, expected) => {
    expect(event(content)).toEqual({ ...nobody, ...expected })
  })

  it('has a commit before it only when it is a push', () => {
    expect(event({ before: base }, 'pull_request').before).toBeUndefined()
  })

  it.each(['{', '7', '{"sender": {"id": "x"}}'])('that is %s is refused as an input', (text) => {
    expect(() => event(text)).toThrow(/GITHUB_EVENT_PATH/)
  })
})
