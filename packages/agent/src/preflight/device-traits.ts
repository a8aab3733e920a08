// What of this machine the checks before a launch depend on. Types only.
import type { CameraNode, GpuNode } from '@bongsu/protocol'

export interface NvidiaTraits {
  /** Of the loaded kernel module. */
  readonly kernelVersion: string
  /** Of `libnvidia-ml.so` on this machine; several where an upgrade left some. */
  readonly libraryVersions: readonly string[]
  /** A CDI specification names its devices. */
  readonly hasCdi: boolean
}

/** Absent is unknown. */
export interface DeviceTraits {
  readonly freeDiskBytes?: number | undefined
  readonly freeInodes?: number | undefined
  readonly availableMemoryBytes?: number | undefined
  readonly hasAvx?: boolean | undefined
  readonly gpus: readonly GpuNode[]
  readonly cameras: readonly CameraNode[]
  readonly nvidia?: NvidiaTraits | undefined
}

/** A process that has a device node open. */
export interface NodeHolder {
  readonly path: string
  readonly pid: number
  readonly program: string
  /** Of the container it runs in, if any. */
  readonly containerId?: string | undefined
}
