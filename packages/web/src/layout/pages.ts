// The pages of the console and which one an address shows.

export const PAGES = ['devices', 'packages', 'launches'] as const
export type Page = (typeof PAGES)[number]

/** `/devices/dev-…` is on the devices page; anything unknown too, as that is where the console opens. */
export const pageOf = (location: string): Page =>
  PAGES.find((page) => location.split('/')[1] === page) ?? 'devices'
