// A user database for a user whom the image does not know: the image's own with one line more. Which lines, and where the
// container finds them; reading the image and keeping the files is `docker/user-databases.ts`.
import { join } from 'node:path'
import type { BindMount } from '../create-options.ts'

const PASSWD = '/etc/passwd'
const GROUP = '/etc/group'

/** What of an image tells who is who. */
export interface ImageUsers {
  /** Text of its `/etc/passwd`; empty where it has none. */
  readonly passwd: string
  readonly group: string
}

export interface NewUser {
  readonly uid: number
  readonly gid: number
  readonly home: string
}

export const USER_NAME = 'bongsu'

/** The image's databases with the user in them; undefined when it is in them already. Source: passwd(5), group(5). */
export function withUser(image: ImageUsers, { uid, gid, home }: NewUser): ImageUsers | undefined {
  const users = fieldsOf(image.passwd)
  const groups = fieldsOf(image.group)
  const hasUser = users.some(([, , number]) => number === String(uid))
  const hasGroup = groups.some(([, , number]) => number === String(gid))
  if (hasUser && hasGroup) return undefined
  const userLine = `${freeName(users, uid)}:x:${uid}:${gid}::${home}:/bin/sh`
  return {
    passwd: hasUser ? image.passwd : withLine(image.passwd || ROOT_USER, userLine),
    group: hasGroup ? image.group : withLine(image.group || ROOT_GROUP, `${freeName(groups, gid)}:x:${gid}:`),
  }
}

const ROOT_USER = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n'
const ROOT_GROUP = 'root:x:0:\nnogroup:x:65534:\n'

const fieldsOf = (text: string): string[][] => text.split('\n').map((line) => line.split(':'))

/** A name that stands for somebody else already would make that one the owner of this one's files. */
const freeName = (taken: readonly string[][], number: number): string =>
  taken.some(([name]) => name === USER_NAME) ? `${USER_NAME}-${number}` : USER_NAME

const withLine = (text: string, line: string): string =>
  `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`

/** One folder per image and user, so that a container can only have that of its own. */
export const userFolder = (
  usersDir: string,
  imageId: string,
  { uid, gid }: { uid: number; gid: number },
): string => join(usersDir, `${imageId.replace(/^sha256:/, '')}-${uid}-${gid}`)

export const userMounts = (folder: string): BindMount[] =>
  [PASSWD, GROUP].map((target) => ({
    Type: 'bind',
    Source: join(folder, target.slice('/etc/'.length)),
    Target: target,
    ReadOnly: true,
  }))

/** The mounts that a container of this image and user may have. */
export function ownUserMounts(of: {
  readonly imageId: string
  readonly user: string | undefined
  readonly usersDir: string
}): BindMount[] {
  const { uid, gid } = /^(?<uid>\d+):(?<gid>\d+)$/.exec(of.user ?? '')?.groups ?? {}
  if (uid === undefined || gid === undefined) return []
  return userMounts(userFolder(of.usersDir, of.imageId, { uid: Number(uid), gid: Number(gid) }))
}
