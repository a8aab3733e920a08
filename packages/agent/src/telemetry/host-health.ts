// One sample of the machine's health for a heartbeat: a handful of kernel files and one statfs, no child process.
import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import type { HostHealth } from '@bongsu/protocol'
import {
  type CpuTimes,
  cpuUsedRatio,
  parseCpuTimes,
  parseFirstNumber,
  parseKilobytes,
  parseMilliCelsius,
} from './proc-files.ts'

export interface HealthSampler {
  /** Well under a millisecond; what cannot be read is absent. */
  sample(now: Date): Omit<HostHealth, 'engine'>
}

export interface HealthSamplerOptions {
  /** Its file system is the one whose room is told. */
  readonly stateDir: string
  /** Prefix of `/proc` and `/sys`, for tests. */
  readonly root?: string
}

export function createHealthSampler({ stateDir, root = '' }: HealthSamplerOptions): HealthSampler {
  let lastTimes: CpuTimes | undefined
  const read = (path: string) => {
    try {
      return readFileSync(`${root}${path}`, 'utf8')
    } catch {
      return ''
    }
  }
  return {
    sample(now) {
      const times = parseCpuTimes(read('/proc/stat'))
      const memory = read('/proc/meminfo')
      const health = {
        uptimeSeconds: parseFirstNumber(read('/proc/uptime')),
        loadAverage1m: parseFirstNumber(read('/proc/loadavg')),
        cpuUsedRatio: cpuUsedRatio(lastTimes, times),
        memoryTotalBytes: parseKilobytes(memory, 'MemTotal'),
        memoryAvailableBytes: parseKilobytes(memory, 'MemAvailable'),
        ...diskRoom(stateDir),
        temperatureCelsius: hottestZone(root, read),
        agentMemoryBytes: parseKilobytes(read('/proc/self/status'), 'VmRSS'),
      }
      lastTimes = times
      return { measuredAt: now.toISOString(), ...withoutUnknown(health) }
    },
  }
}

function diskRoom(folder: string): { diskTotalBytes?: number; diskFreeBytes?: number } {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder)
    return { diskTotalBytes: blocks * bsize, diskFreeBytes: bavail * bsize }
  } catch {
    return {}
  }
}

// A zone without a reading, such as a radio that is off, must not hide the others.
function hottestZone(root: string, read: (path: string) => string): number | undefined {
  try {
    const zones = readdirSync(`${root}/sys/class/thermal`).filter((name) => /^thermal_zone\d+$/.test(name))
    const degrees = zones
      .map((zone) => parseMilliCelsius(read(`/sys/class/thermal/${zone}/temp`)))
      .filter((value) => value !== undefined)
    return degrees.length > 0 ? Math.max(...degrees) : undefined
  } catch {
    return undefined
  }
}

type Known<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

function withoutUnknown<Fields extends object>(fields: Fields): Known<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Known<Fields>
}
