// Mesa's switch that makes the processor draw (docs.mesa3d.org, environment variables).

export const SOFTWARE_RENDERING = 'LIBGL_ALWAYS_SOFTWARE'
