// The product's sign: a burning beacon, as Korea's signal-fire stations passed messages on.
import beacon from '../beacon.svg'

/** Decorative; the product's name stands beside it. */
export const Beacon = ({ size }: { size: number }) => <img src={beacon} alt="" width={size} height={size} />
