import { parseCount } from '@deploy-safety/common/inputs'
import { stepInputs } from '@deploy-safety/common/settings'
import { contract } from './contract.ts'

export interface Inputs {
  readonly steps: number
}

/** @throws ActionError `invalid-input` */
export async function readInputs(): Promise<Inputs> {
  const input = stepInputs(contract)
  return { steps: input.value('steps', parseCount({ least: 0, most: 100 })) }
}
