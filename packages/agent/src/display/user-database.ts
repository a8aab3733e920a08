// The users of the machine as /etc/passwd lists them: names tell login screens, homes hold authority files.

export interface MachineUser {
  readonly name: string
  readonly uid: number
  readonly home: string
}

/** Lines that are no entry are passed over, as the C library does. */
export function parsePasswd(text: string): MachineUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, , , home] = line.split(':')
    if (!name || !home || !uid || !/^\d{1,10}$/.test(uid)) return []
    return [{ name, uid: Number(uid), home }]
  })
}
