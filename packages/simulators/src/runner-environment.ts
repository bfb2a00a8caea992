import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface RunnerFolders {
  /** RUNNER_TEMP. */
  readonly temp: string
  /** GITHUB_WORKSPACE, and the working directory of the action. */
  readonly workspace: string
  readonly toolCache: string
  readonly home: string
}

/** Makes the folders of a runner below `root`; `workspace` is used as it is when one is given. */
export function makeRunnerFolders(root: string, workspace: string | undefined): RunnerFolders {
  const make = (name: string) => {
    mkdirSync(join(root, name))
    return join(root, name)
  }
  return { temp: make('temp'), toolCache: make('tools'), home: make('home'), workspace: workspace ?? make('workspace') }
}

/** What a program needs of the machine; nothing else of our own environment reaches the action. */
const machineVariables = [
  ...['PATH', 'LANG', 'LD_LIBRARY_PATH', 'SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT', 'ProgramData'],
  ...['ProgramFiles', 'ProgramFiles(x86)', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE'],
]

/** The environment of a step, without inputs, state and the files for its commands. */
export function runnerEnvironment(folders: RunnerFolders, actionFolder: string, event: unknown): NodeJS.ProcessEnv {
  const machine = machineVariables.map((name) => [name, process.env[name]] as const)
  return {
    ...Object.fromEntries(machine.filter(([, value]) => value !== undefined)),
    ...homeVariables(folders.home),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION_PATH: actionFolder,
    GITHUB_WORKSPACE: folders.workspace,
    GITHUB_EVENT_PATH: writeEvent(folders.temp, event),
    ...sampleRun,
    RUNNER_OS: osNames[process.platform] ?? 'Linux',
    RUNNER_ARCH: architectureNames[process.arch] ?? 'X64',
    RUNNER_NAME: 'simulated-runner',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_TEMP: folders.temp,
    RUNNER_TOOL_CACHE: folders.toolCache,
  }
}

/** A run of a made-up repository. Nothing listens at its API: an action under test must not reach the real one. */
const sampleRun = {
  GITHUB_ACTION: '__octo-org_actions',
  GITHUB_ACTOR: 'octocat',
  GITHUB_TRIGGERING_ACTOR: 'octocat',
  GITHUB_REPOSITORY: 'octo-org/octo-app',
  GITHUB_REPOSITORY_ID: '1296269',
  GITHUB_REPOSITORY_OWNER: 'octo-org',
  GITHUB_REPOSITORY_OWNER_ID: '583231',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REF_PROTECTED: 'false',
  GITHUB_HEAD_REF: '',
  GITHUB_BASE_REF: '',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_JOB: 'deploy',
  GITHUB_WORKFLOW: 'Deploy',
  GITHUB_WORKFLOW_REF: 'octo-org/octo-app/.github/workflows/deploy.yml@refs/heads/main',
  GITHUB_RUN_ID: '1658821493',
  GITHUB_RUN_NUMBER: '42',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_RETENTION_DAYS: '90',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_API_URL: 'http://127.0.0.1:9',
  GITHUB_GRAPHQL_URL: 'http://127.0.0.1:9/graphql',
} as const

/** A home of its own keeps the settings and credentials of the developer out of the action. */
function homeVariables(home: string): Record<string, string> {
  if (process.platform !== 'win32') return { HOME: home }
  return { USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home, TEMP: home, TMP: home }
}

function writeEvent(temp: string, event: unknown): string {
  const folder = join(temp, '_github_workflow')
  mkdirSync(folder)
  writeFileSync(join(folder, 'event.json'), JSON.stringify(event))
  return join(folder, 'event.json')
}

const osNames: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' }
const architectureNames: Partial<Record<NodeJS.Architecture, string>> = {
  ia32: 'X86',
  x64: 'X64',
  arm: 'ARM',
  arm64: 'ARM64',
}
