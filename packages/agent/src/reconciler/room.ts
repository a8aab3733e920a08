// Whether what is missing of an image fits where it has to go. Pure.
import type { Disk } from '../runtime/disk.ts'

/** Of an image, what the device does not have yet. */
export interface MissingParts {
  /** Still to be downloaded: what lies there from an interrupted download counts as there. */
  readonly downloadBytes: number
  /** Layers that the engine lacks, unpacked. */
  readonly unpackedBytes: number
}

export interface Disks {
  /** Where the engine keeps images; undefined where that is hidden from us. */
  readonly engine: Disk | undefined
  /** Where downloads lie. */
  readonly folder: Disk | undefined
}

export interface Lack {
  readonly neededBytes: number
  readonly freeBytes: number
}

/** Stored images take a little more than their files: metadata, blocks not full. */
const STORED_MARGIN = 1.1
/** The engine writes the archive to its own disk before it unpacks it. Source: moby, image/tarexport/load.go. */
const ARCHIVE_COPIES = 1

/** Undefined when it fits, or nothing says that it does not. */
export function lackOf(
  { downloadBytes, unpackedBytes }: MissingParts,
  { engine, folder }: Disks,
): Lack | undefined {
  const engineBytes = Math.ceil(unpackedBytes * (ARCHIVE_COPIES + STORED_MARGIN))
  const isOne = engine !== undefined && engine.device === folder?.device
  const rows: readonly (readonly [needed: number, disk: Disk | undefined])[] = isOne
    ? [[downloadBytes + engineBytes, engine]]
    : [
        [downloadBytes, folder],
        [engineBytes, engine],
      ]
  for (const [neededBytes, disk] of rows) {
    if (disk && disk.freeBytes < neededBytes) return { neededBytes, freeBytes: disk.freeBytes }
  }
  return undefined
}
