// The name of a device by its id; the id itself until the name is known, or when it no longer is.
import { useDevice } from './device-queries.ts'

export const DeviceName = ({ id }: { id: string }) => <span title={id}>{useDevice(id).data?.name ?? id}</span>
