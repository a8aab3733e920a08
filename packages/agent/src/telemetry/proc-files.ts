// What the kernel's files say, as numbers. Pure; what cannot be read is undefined, never zero. Source: proc(5).

export interface CpuTimes {
  readonly busy: number
  readonly total: number
}

/** First line of `/proc/stat`, in clock ticks since boot. */
export function parseCpuTimes(stat: string): CpuTimes | undefined {
  const match = /^cpu\s+(.+)$/m.exec(stat)
  const ticks = match?.[1]?.trim().split(/\s+/).map(Number)
  if (!ticks || ticks.length < 5 || ticks.some((value) => !Number.isFinite(value))) return undefined
  // Guest time is contained in user time already, so only the first eight count.
  const total = ticks.slice(0, 8).reduce((sum, value) => sum + value, 0)
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0)
  return { busy: total - idle, total }
}

/** Share of the time between two samples that was not idle, 0 to 1. */
export function cpuUsedRatio(before: CpuTimes | undefined, now: CpuTimes | undefined): number | undefined {
  if (!before || !now || now.total <= before.total) return undefined
  return Math.min(1, Math.max(0, (now.busy - before.busy) / (now.total - before.total)))
}

/** One field of `/proc/meminfo` or `/proc/self/status` that is given in kB. */
export function parseKilobytes(text: string, field: string): number | undefined {
  const match = new RegExp(`^${field}:\\s+(\\d{1,15}) kB$`, 'm').exec(text)
  return match ? Number(match[1]) * 1024 : undefined
}

/** First number of a one-line file such as `/proc/uptime` or `/proc/loadavg`. */
export function parseFirstNumber(text: string): number | undefined {
  const value = Number.parseFloat(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** Thousandths of a degree, as `/sys/class/thermal/thermal_zone*\/temp` says. */
export function parseMilliCelsius(text: string): number | undefined {
  const value = Number(text.trim())
  return text.trim() !== '' && Number.isFinite(value) && Math.abs(value) < 300_000 ? value / 1000 : undefined
}
