import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The gateway that `npm run dev` asks.
const gateway = process.env.GATEWAY ?? 'http://127.0.0.1:8000';
const api = ['/auth', '/graphql', '/health', '/logs', '/sql/federated', '/sql/iceberg', '/sql/postgres'];

/** What the gateway does to the page when it serves it: says where the root is. */
const rootOfDevelopment = (): Plugin => ({
  name: 'root-of-development',
  apply: 'serve',
  transformIndexHtml: () => [{ tag: 'base', attrs: { href: '/' }, injectTo: 'head-prepend' }],
});

export default defineConfig({
  // Addresses in index.html are relative: the gateway says by <base> where the root is, which a proxy may have put below a prefix.
  base: './',
  plugins: [react(), rootOfDevelopment()],
  build: {
    target: 'es2022',
    // The gateway's policy allows no data: scripts, and small files are compressed by it anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // The playground asks for its file by name.
      input: { index: 'index.html', playground: 'src/playground.ts' },
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: ({ name }) => (name === 'playground' ? 'assets/playground.js' : 'assets/[name]-[hash].js') },
    },
    // A test holds the first page to 300 KB compressed; the size before that says little.
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: Object.fromEntries(api.map((path) => [path, { target: gateway, ws: path === '/graphql' }])) },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
