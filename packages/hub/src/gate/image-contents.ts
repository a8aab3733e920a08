// What an image holds by what its layers bring and take away. Pure.
import type { LayerContents } from '../images/layer-contents.ts'

export interface ImageContents {
  readonly paths: ReadonlySet<string>
  readonly programs: ReadonlyMap<string, string>
  /** Layers that were stored before anybody looked into them. */
  readonly unknownLayers: number
}

/** @param layers from the base up */
export function mergeLayers(layers: readonly (LayerContents | undefined)[]): ImageContents {
  const paths = new Set<string>()
  const programs = new Map<string, string>()
  for (const layer of layers) {
    if (!layer) continue
    // What a layer takes away was there before it: its own files stay.
    for (const removed of layer.removed) {
      for (const all of [paths, programs]) {
        for (const path of all.keys()) if (isBelow(path, removed)) all.delete(path)
      }
    }
    for (const path of layer.paths) paths.add(path)
    for (const { path, architecture } of layer.programs) programs.set(path, architecture)
  }
  return { paths, programs, unknownLayers: layers.filter((layer) => layer === undefined).length }
}

const isBelow = (path: string, removed: string): boolean =>
  removed === '' || path === removed || path.startsWith(removed.endsWith('/') ? removed : `${removed}/`)
