// Database shape of what layers hold.
import { type Connection, Schema } from 'mongoose'
import type { LayerContents } from '../images/layer-contents.ts'

/** `_id` is the layer's diffId. */
export interface ContentsDocument {
  _id: string
  contents: LayerContents
}

const schema = new Schema<ContentsDocument>(
  { _id: { type: String, required: true }, contents: { type: Schema.Types.Mixed, required: true } },
  { versionKey: false, minimize: false },
)

export const contentsModel = (connection: Connection) =>
  connection.model('LayerContents', schema, 'layercontents')
