// What the checks before a launch ask of a container engine: about itself, an image's configuration, and its files.
// Apart from the runtime, which makes what a launch needs and nothing else.
import type { ImageConfiguration } from '@bongsu/protocol'

export interface EngineTraits {
  readonly version: string
  /** As Docker names it: `amd64`, `arm64`. */
  readonly architecture: string
  /** Folder in which the engine keeps images and containers. */
  readonly storageRoot: string
  /** As `docker info` says: `name=rootless`, `name=userns`, `name=seccomp,profile=default`. */
  readonly securityOptions: readonly string[]
  /** Names of the OCI runtimes it knows. */
  readonly runtimes: readonly string[]
}

/** The first entry of what the engine hands out at a path: never follows a link at its end. */
export interface ImageFile {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  /** Permission bits. */
  readonly mode: number
  readonly uid: number
  /** Where a link points, as written. */
  readonly target: string
  /** The first bytes of a file. */
  readonly head: Buffer
}

export interface ScriptRun {
  /** Undefined when it had to be ended. */
  readonly exitCode: number | undefined
  readonly output: string
}

/** A look into an image, by a container that has no network and no device. */
export interface OpenImage {
  /** @param path absolute. Undefined when there is none. */
  file(
    path: string,
    options: { readonly headBytes: number },
    signal: AbortSignal,
  ): Promise<ImageFile | undefined>
  /** Runs the script in the image's own shell as nobody, for at most that long. Once. Undefined without a shell. */
  run(options: { readonly timeoutMs: number }, signal: AbortSignal): Promise<ScriptRun | undefined>
}

/** Every call ends within a time limit of its own and fails with a CodedError of an engine; not-found is a value. */
export interface ImageInspector {
  traits(signal: AbortSignal): Promise<EngineTraits>
  configuration(imageId: string, signal: AbortSignal): Promise<ImageConfiguration | undefined>
  /**
   * Makes a container that is never a launch, hands it to `look`, and removes it whatever happens.
   * Undefined when there is no such image.
   */
  open<T>(
    options: { readonly imageId: string; readonly script: string },
    look: (image: OpenImage) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined>
}
