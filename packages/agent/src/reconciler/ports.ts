// What the reconciler needs of the agent's other parts, as narrow interfaces: the composition root joins them.
import type { Readable } from 'node:stream'
import type {
  DesiredLaunch,
  DisplayReport,
  LaunchStatus,
  Picture,
  Reason,
  ReleaseManifest,
} from '@bongsu/protocol'
import type { DisplayBinding } from '../display/display-binding.ts'
import type { Disk } from '../runtime/disk.ts'
import type { MissingParts } from './room.ts'

/** An image whose missing parts lie verified on disk. */
export interface PreparedImage {
  /** Length of the archive in bytes. */
  readonly bytes: number
  /** An archive that the engine can load, from its beginning; the caller reads or destroys the stream. */
  open(): Readable
  /** Removes what was fetched. Idempotent. */
  discard(): Promise<void>
}

export interface PrepareOptions {
  /** Layers of the images that the engine has, each from the base up (diffIds): what it has is not fetched. */
  readonly present: readonly (readonly string[])[]
  /** 0 to 1 of what is missing. */
  readonly onProgress: (progress: number) => void
}

/** What is to be there of a version. */
export type WantedImage = Pick<DesiredLaunch, 'packageId' | 'version' | 'image' | 'purpose'>

/** Where images come from: the hub, over HTTP, or a folder that somebody brought. */
export interface ImageSource {
  /**
   * Whether what is wished may run here: the manifest of it that is believed. Needs no hub for what was believed before.
   * @param options.architecture the engine's own
   * @throws CodedError AGENT_RELEASE_… with why not, AGENT_IMAGE_FETCH_FAILED or the hub's own reason
   */
  admit(
    wanted: WantedImage,
    options: { readonly architecture: string },
    signal: AbortSignal,
  ): Promise<ReleaseManifest>
  /** What is missing of an image, by what the engine has, and where it would lie. */
  room(
    release: ReleaseManifest,
    present: readonly (readonly string[])[],
  ): Promise<{ readonly missing: MissingParts; readonly disk: Disk | undefined }>
  /**
   * Fetches and verifies what is missing of an image. What came is kept when it fails, and not fetched again.
   * @throws CodedError AGENT_IMAGE_FETCH_FAILED, AGENT_IMAGE_DIGEST_MISMATCH or the hub's own reason
   */
  prepare(
    wanted: WantedImage,
    release: ReleaseManifest,
    options: PrepareOptions,
    signal: AbortSignal,
  ): Promise<PreparedImage>
}

/** `session`: whoever owns the display; otherwise numbers that the image says. */
export type ContainerUser = 'session' | { readonly uid: number; readonly gid: number }

export type DisplayBindResult =
  | { readonly kind: 'bound'; readonly binding: DisplayBinding }
  /** Not now: `AGENT_NO_DISPLAY`, `AGENT_DISPLAY_REFUSED` and so on. */
  | { readonly kind: 'waiting'; readonly reason: Reason }

/** The display at one moment, for telling why a program ended. */
export type DisplaySight =
  | { readonly kind: 'ready'; readonly incarnation: string }
  /** `refusal`: the X server's own words, where it answered and said no. */
  | { readonly kind: 'not_ready'; readonly refusal?: string | undefined }

export interface DisplayPort {
  /** Looks at the display anew; milliseconds unless a server hangs. */
  look(signal: AbortSignal): Promise<DisplaySight>
  /** Gives a launch access to the display as it is now. Idempotent; milliseconds unless a server hangs. */
  bind(
    request: { readonly launchId: string; readonly user: ContainerUser },
    signal: AbortSignal,
  ): Promise<DisplayBindResult>
  /** Takes it away. Idempotent. */
  release(launchId: string): Promise<void>
  /** Launches that hold access, those of an earlier life of the agent included. */
  boundLaunches(): Promise<string[]>
  /** The display as last looked at, for heartbeats; `unknown` before the first look. */
  lastReport(): DisplayReport
  /** Calls back when the display came, went or is another one. */
  watch(onChange: () => void): { stop(): void }
}

export interface PictureRequest {
  readonly launchId: string
  /** Hostname of the lead container, by which windows are found. */
  readonly hostname: string
  /** All containers of the launch: a window belongs to the process behind it, whatever it calls itself. */
  readonly containerIds: readonly string[]
  readonly motion: 'still' | 'animates'
}

export interface PictureCheckPort {
  /** One verdict; up to some seconds for a package that animates. Rejects only when aborted. */
  check(request: PictureRequest, signal: AbortSignal): Promise<Picture>
}

/** What of an image helps to tell why a program ended without a word. */
export interface ImageTraits {
  readonly hasCv2QtPlugins: boolean
  readonly hasPyQt: boolean
  readonly hasKoreanFont?: boolean
}

/** What the checks before a launch know by now. */
export interface PreflightPort {
  /**
   * Judges a launch whose container is about to be made: milliseconds, and no question to the engine about an image
   * that is known. A failure means that starting it would be senseless. Rejects only when aborted.
   */
  check(launch: DesiredLaunch, signal: AbortSignal): Promise<{ readonly failure?: Reason }>
  /** Forgets all other launches; those that ran before this life of the agent are judged now, beside everything. */
  follow(wanted: readonly DesiredLaunch[], isRunning: (launchId: string) => boolean): void
  warningsOf(launchId: string): readonly Reason[]
  /** `look`: waits some seconds for what was not looked at yet. Undefined when it stays unknown. */
  imageTraits(
    launchId: string,
    options: { readonly wait: 'known' | 'look' },
    signal: AbortSignal,
  ): Promise<ImageTraits | undefined>
  /** Calls back when warnings changed by themselves. */
  watch(onChange: () => void): { stop(): void }
}

export interface StatusSink {
  /**
   * Everything the device runs and ended lately, whenever anything of it changed. Must not block or throw;
   * the newest call supersedes the earlier ones.
   * @param generation the desired state that this answers
   */
  publish(launches: readonly LaunchStatus[], generation: number): void
}
