// What repositories must tell apart among the database's refusals.
import mongoose from 'mongoose'

/** Whether a write was refused because its unique key is taken (code 11000). */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === 11_000
