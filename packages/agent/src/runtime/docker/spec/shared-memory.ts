// Size of /dev/shm: the engine's 64 MiB kills the data loaders of AI frameworks.
const GIBIBYTE = 1024 ** 3

/** At least 1 GiB or what the profile wants, at most half of the device's memory. */
export const sharedMemoryBytes = (wantedBytes: number | undefined, deviceMemoryBytes: number): number =>
  Math.min(Math.max(GIBIBYTE, wantedBytes ?? 0), Math.floor(deviceMemoryBytes / 2))
