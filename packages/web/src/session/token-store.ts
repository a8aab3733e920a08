// Where the access token lives: the tab's session storage, gone when the tab closes, never in a cookie or an address.

const STORAGE_KEY = 'bongsu-access-token'

export const storedToken = (storage: Storage): string | undefined => storage.getItem(STORAGE_KEY) ?? undefined

export function storeToken(storage: Storage, token: string | undefined): void {
  if (token === undefined) storage.removeItem(STORAGE_KEY)
  else storage.setItem(STORAGE_KEY, token)
}

/** The token in what somebody pasted: terminals break lines, and `Bearer` is easily copied along. */
export const readPastedToken = (pasted: string): string =>
  pasted
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^Bearer /i, '')
    .replaceAll(' ', '')
