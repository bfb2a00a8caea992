import type { Section } from '../section.ts'
import { detection } from './detection.ts'
import { phases } from './phases.ts'
import { waiting } from './waiting.ts'

/** @public for run.ts, which finds it by listing */
export const sections: readonly Section[] = [waiting, detection, phases]
