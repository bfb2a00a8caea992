import type { Section } from '../section.ts'
import { cost } from './cost.ts'
import { deadline } from './deadline.ts'
import { detection } from './detection.ts'
import { draining } from './draining.ts'
import { scale } from './scale.ts'

/** @public for run.ts, which finds it by listing */
export const sections: readonly Section[] = [cost, detection, deadline, scale, draining]
