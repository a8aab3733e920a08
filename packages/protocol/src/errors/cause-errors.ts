// Codes for why a program failed, as the diagnosis of its end names them. One file per family.
import { ENGINE_CAUSES } from './causes/engine-causes.ts'
import { GRAPHICS_CAUSES } from './causes/graphics-causes.ts'
import { PROGRAM_CAUSES } from './causes/program-causes.ts'
import { QT_CAUSES } from './causes/qt-causes.ts'
import { X_CONNECTION_CAUSES } from './causes/x-connection-causes.ts'

export const CAUSE_ERRORS = Object.freeze({
  ...X_CONNECTION_CAUSES,
  ...QT_CAUSES,
  ...GRAPHICS_CAUSES,
  ...PROGRAM_CAUSES,
  ...ENGINE_CAUSES,
})
