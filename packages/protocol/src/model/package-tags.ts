// Tags as people write them in a row, and as they are kept. Pure.

const letterKey = (text: string) => text.normalize('NFC').trim().toLowerCase()

/** NFC, without outer blanks, empty ones and repetitions in whatever case; the first spelling of each stays. */
export function distinctTags(tags: readonly string[]): string[] {
  const byKey = new Map<string, string>()
  for (const tag of tags) {
    const key = letterKey(tag)
    if (key !== '' && !byKey.has(key)) byKey.set(key, tag.normalize('NFC').trim())
  }
  return [...byKey.values()]
}

/** Tags that stand in one text, parted by commas or semicolons of either width. */
export const parseTags = (text: string): string[] => distinctTags(text.split(/[,;，；、]/))

/** What {@link parseTags} reads again. */
export const formatTags = (tags: readonly string[]): string => tags.join(', ')
