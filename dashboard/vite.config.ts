import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import react from '@vitejs/plugin-react';
import type { Plugin, UserConfig } from 'vite';

const COMPRESSED = /\.(js|css|svg|html)$/;

/** Compressing once here costs a second; compressing in the server would cost one at every visit. */
function compressed(): Plugin {
  return {
    name: 'retinue-compressed',
    apply: 'build',
    writeBundle(options) {
      const folder = options.dir ?? 'dist';
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSED.test(name) || name.endsWith('index.html')) continue;
        const path = join(folder, name);
        const content = readFileSync(path);
        if (content.length < 1024) continue;
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: 10 };
        writeFileSync(`${path}.br`, brotliCompressSync(content, { params: quality }));
      }
    },
  };
}

const server = process.env.RETINUE_URL ?? 'http://127.0.0.1:8000';

const config = (command: 'build' | 'serve'): UserConfig & { test: object } => ({
  // Built, the pages work under any path; the server writes that path into <base href>.
  base: command === 'build' ? './' : '/ui/',
  plugins: [react(), compressed()],
  resolve: { alias: { '@': join(import.meta.dirname, 'src') } },
  build: {
    outDir: process.env.RETINUE_DASHBOARD_OUT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    // A font as a data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: {
    port: 5173,
    proxy: {
      // In development the pages come from here and everything else from a running Retinue.
      '^/(?!ui/|$)': {
        target: server,
        ws: true,
        changeOrigin: true,
        rewriteWsOrigin: true,
        // The server takes changes from its own pages only.
        headers: { origin: server },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['./src/test/setup.ts'],
    testTimeout: 20_000,
    css: false,
    server: { deps: { inline: ['@mui/x-data-grid', 'nuqs', 'react-router'] } },
  },
});

export default ({ command }: { command: 'build' | 'serve' }) => config(command);
