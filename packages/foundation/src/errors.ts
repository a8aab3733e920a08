// An error that carries a code of the catalogue; what has no code is a bug of ours.

export interface CodedErrorOptions {
  /** Values for the placeholders of the catalogue's texts. */
  parameters?: Readonly<Record<string, string | number>> | undefined
  /** What the other side said, untranslated. */
  quote?: string | undefined
  cause?: unknown
}

export class CodedError extends Error {
  readonly code: string
  readonly parameters: Readonly<Record<string, string | number>> | undefined
  readonly quote: string | undefined

  constructor(code: string, options: CodedErrorOptions = {}) {
    super(options.quote ? `${code}: ${options.quote}` : code, { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.parameters = options.parameters
    this.quote = options.quote
  }

  /** The form that travels: code, parameters, quote. */
  toReason(): { code: string; parameters?: Record<string, string | number>; quote?: string } {
    return {
      code: this.code,
      ...(this.parameters && { parameters: { ...this.parameters } }),
      ...(this.quote !== undefined && { quote: this.quote.slice(0, 1000) }),
    }
  }
}

export const isCodedError = (error: unknown): error is CodedError => error instanceof CodedError

/** The text of anything thrown, for logs and quotes. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The `code` of a Node system error such as `ENOENT`, if it has one. */
export const systemErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
