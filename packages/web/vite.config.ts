// How the console is built: one page for the hub to serve at `/`, with a policy that lets no request leave it.
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Repeated by the hub as a header; in the page too, so that it holds whoever serves the files. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine sets sizes and colours as style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

// Only in the built page: the development server injects an inline script for hot reloading.
const contentSecurityPolicy = (): Plugin => ({
  name: 'bongsu-content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
      injectTo: 'head-prepend',
    },
  ],
})

/** The first load over a slow line: all JavaScript together, compressed. */
const SCRIPT_BUDGET_BYTES = 350_000

const scriptBudget = (): Plugin => ({
  name: 'bongsu-script-budget',
  apply: 'build',
  generateBundle(_options, bundle) {
    const scripts = Object.values(bundle).filter((file) => file.type === 'chunk')
    const bytes = scripts.reduce((sum, { code }) => sum + gzipSync(code).byteLength, 0)
    if (bytes > SCRIPT_BUDGET_BYTES) {
      this.error(`${bytes} bytes of compressed JavaScript, more than ${SCRIPT_BUDGET_BYTES}`)
    }
  },
})

export default defineConfig({
  plugins: [react(), contentSecurityPolicy(), scriptBudget()],
  base: '/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One file on purpose; `scriptBudget` watches its size.
    chunkSizeWarningLimit: 2_000,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7480' } },
})
