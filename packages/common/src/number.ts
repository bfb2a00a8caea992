/** Writes a number for people: `24,000`, `0.1235`, `−3.5`. What is before the point stays whole; `digits` count from the first. */
export function formatNumber(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value).replace('-', '−').replace('Infinity', '∞')
  const whole = Math.abs(value) >= 10 ** digits
  const [before = '', after] = String(whole ? Math.round(value) : Number(value.toPrecision(digits))).split('.')
  const grouped = before.replace(/\B(?=(?:\d{3})+$)/g, ',').replace(/^-/, '−')
  return after === undefined ? grouped : `${grouped}.${after}`
}
