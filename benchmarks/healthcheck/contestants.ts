import { createRequire } from 'node:module'
import { join } from 'node:path'
import { actionCommand, programCommand } from '../step.ts'
import type { Command } from '../timed-process.ts'

const require = createRequire(import.meta.url)

export function action(inputs: Readonly<Record<string, string>>): Command {
  return actionCommand('healthcheck', inputs)
}

/** A script of this folder. */
export function script(name: string, ...args: readonly string[]): Command {
  return programCommand(process.execPath, [join(import.meta.dirname, name), ...args])
}

/** The npm package wait-on, with a GET as the others send it. */
export function waitOn(url: string): Command {
  return programCommand(process.execPath, [require.resolve('wait-on/bin/wait-on'), url.replace(/^http:/, 'http-get:')])
}

export function curl(url: string, ...retry: readonly string[]): Command {
  return programCommand('curl', ['--fail', '--silent', ...retry, '--retry-all-errors', '--max-time', '10', url])
}
