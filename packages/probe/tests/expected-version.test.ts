// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody expanded is what is tested here.
import { Malformed } from '@deploy-safety/common/inputs'
import { thrownBy } from '@deploy-safety/simulators/thrown'
import { expect, it } from 'vitest'
import { parseVersion } from '../src/expected-version.ts'

it.each(['1.4.0', 'v1.4.0-rc.1+build.7', '3f9c1e7', '2026-12-01', 'release $5', '50%', 'a{b}', '%a%b%', '$', '日本'])(
  '%j is a version as it stands',
  (text) => {
    expect(parseVersion(text)).toBe(text)
  },
)

it.each(['${GIT_SHA}', 'v1-${{ github.sha }}', '{{ version }}', 'v{{version}}', '$GIT_SHA', '%GIT_SHA%'])(
  '%j is refused: no service ever responds with it',
  (text) => {
    const { message, accepted } = thrownBy(() => parseVersion(text), Malformed)
    expect(message).toBe(`${JSON.stringify(text)} has an unexpanded variable in it`)
    expect(accepted).toContain('Write ${{ env.NAME }} or ${{ vars.NAME }}')
  },
)
