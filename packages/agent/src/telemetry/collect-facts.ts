// Facts about the machine that do not change between boots, collected by systeminformation. Runs as a process of its own
// for a second at start (`facts-main.ts`): the library is large and starts programs, which the agent itself never does.
import type { HostFacts } from '@bongsu/protocol'
import { cpu, graphics, mem, osInfo, system } from 'systeminformation'

/**
 * Only calls that take no text from the surroundings to a shell (its published flaws were network and Wi-Fi names).
 * What one call cannot find is absent; none fails the rest.
 */
export async function collectFacts(): Promise<HostFacts> {
  const [os, processor, memory, machine, video] = await Promise.all([
    osInfo().catch(() => undefined),
    cpu().catch(() => undefined),
    mem().catch(() => undefined),
    system().catch(() => undefined),
    graphics().catch(() => undefined),
  ])
  const gpus = video?.controllers.map(({ vendor, model }) => `${vendor} ${model}`.trim()).filter(Boolean)
  const facts = {
    hostname: os?.hostname,
    operatingSystem: [os?.distro, os?.release].filter(Boolean).join(' '),
    kernel: os?.kernel,
    architecture: dockerArchitecture(os?.arch ?? ''),
    cpuModel: [processor?.manufacturer, processor?.brand].filter(Boolean).join(' '),
    cpuCores: processor?.cores,
    memoryBytes: memory?.total,
    manufacturer: machine?.manufacturer,
    model: machine?.model,
    gpus,
  }
  const isKnown = ([, value]: [string, unknown]) => value !== undefined && value !== '' && value !== 0
  return Object.fromEntries(Object.entries(facts).filter(isKnown))
}

/** As Docker names it; what Node calls it otherwise. */
export function dockerArchitecture(arch: string): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }
  return names[arch] ?? arch
}
