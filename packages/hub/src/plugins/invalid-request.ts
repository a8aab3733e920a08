// A refusal that names the places in the request which are wrong, and perhaps what to send instead.
import { CodedError } from '@bongsu/foundation'

export interface FieldFault {
  /** JSON pointer into the body; `/query/…`, `/path/…` and `/headers/…` for the other parts. */
  readonly pointer: string
  readonly message: string
}

export class InvalidRequest extends CodedError {
  readonly faults: readonly FieldFault[]
  readonly suggestion: unknown

  constructor(
    faults: readonly FieldFault[],
    { code = 'HUB_INVALID_REQUEST', suggestion }: { code?: string; suggestion?: unknown } = {},
  ) {
    super(code)
    this.faults = faults
    this.suggestion = suggestion
  }
}
