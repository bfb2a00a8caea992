import { invalidInput, messageOf } from '@deploy-safety/common/errors'
import { type InputReader, inputReader, Malformed, parseFlag, parseLines, quote } from '@deploy-safety/common/inputs'
import { nearestName } from '@deploy-safety/common/near-name'
import { contract, type InputName, targetInputs } from './contract.ts'

/** One target as it was written: where its settings are read from. */
export interface TargetEntry {
  /** Undefined when none was given. */
  readonly name: string | undefined
  readonly required: boolean
  readonly input: InputReader<InputName>
}

/** The targets of `url` or of `targets`; exactly one of the two is given. @throws ActionError `invalid-input` */
export async function readTargetList(step: InputReader<InputName>): Promise<TargetEntry[]> {
  const [isUrl, isList] = [step.text('url') !== '', step.text('targets') !== '']
  if (isUrl === isList) {
    const problem = isUrl ? 'Both "url" and "targets" are given.' : 'Neither "url" nor "targets" is given.'
    throw invalidInput(
      problem,
      'Give one URL per line in "url", or, for targets that differ, a YAML list in "targets".',
    )
  }
  if (isUrl) return step.value('url', (text) => parseLines(text).map((line) => fromLine(line, step)))
  const items = await parseYamlList(step.text('targets'))
  return items.map((item, index) => fromItem(item, index, step))
}

/** `name = target`, or the target alone: a URL may have a `=` in its query. @throws Malformed */
function fromLine(line: string, step: InputReader<InputName>): TargetEntry {
  const [, name, url = line] = /^((?:(?!:\/)[^=?])*?)\s*=\s*(.*)$/.exec(line) ?? []
  if (name === '' || url === '') {
    const problem = name === '' ? 'the name in front of "=" is empty' : `the URL of ${quote(name ?? '')} is empty`
    throw new Malformed(`${problem}: is a variable unset?`, 'Write "name = URL", or the URL alone.')
  }
  const input = inputReader({ defaults: contract.inputs, textOf: (key) => (key === 'url' ? url : step.text(key)) })
  return { name, required: true, input }
}

/** Every scalar is text, so that `1.10` stays `1.10`. YAML is loaded only when it is used. */
async function parseYamlList(text: string): Promise<unknown[]> {
  const { parse } = await import('yaml')
  const howTo = 'Write a YAML list: - url: https://app.example.com/health'
  let list: unknown
  try {
    list = parse(text, { schema: 'failsafe' })
  } catch (error) {
    throw invalidInput(`Input "targets" is not YAML: ${messageOf(error)}`, howTo, error)
  }
  if (!Array.isArray(list) || list.length === 0) throw invalidInput('Input "targets" is not a list of targets.', howTo)
  return list
}

function fromItem(item: unknown, index: number, step: InputReader<InputName>): TargetEntry {
  const own = readItem(item, `target ${index + 1}`)
  const name = own.get('name')?.trim() || undefined
  const where = ` of target ${name === undefined ? index + 1 : quote(name)}`
  const input = inputReader<InputName | 'required'>({
    defaults: { ...contract.inputs, required: 'true' },
    // What a target does not say, or leaves blank, it takes from the step; its URL it has to say itself.
    textOf: (key) => own.get(key)?.trim() || (key === 'url' || key === 'required' ? '' : step.text(key)),
    where,
  })
  return { name, required: input.value('required', parseFlag), input }
}

const itemKeys = ['name', 'url', 'required', ...Object.keys(targetInputs)]

function readItem(item: unknown, where: string): ReadonlyMap<string, string> {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw invalidInput(`Input "targets": ${where} is not a mapping.`, 'Write its settings as "url: …" and so on.')
  }
  return new Map(
    Object.entries(item).map(([key, value]) => {
      if (!itemKeys.includes(key)) {
        const meant = nearestName(key, itemKeys)
        const problem = `Input "targets": ${where} has the unknown key ${quote(key)}`
        throw meant === undefined
          ? invalidInput(`${problem}.`, `Known are: ${itemKeys.join(', ')}.`)
          : invalidInput(`${problem}; did you mean "${meant}"?`, `Rename it to "${meant}", or remove it.`)
      }
      if (typeof value !== 'string') {
        const hint = 'Write it as text, as in the input of the same name; several lines after "|".'
        throw invalidInput(`Input "targets": ${key} of ${where} is not text.`, hint)
      }
      return [key, value]
    }),
  )
}
