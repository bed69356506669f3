import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const FORBIDDEN = {
  theme: ['@/app/*', '@/features/*', '@/components/*', '@/lib/*'],
  lib: ['@/app/*', '@/features/*', '@/components/*', '@/theme/*'],
  components: ['@/app/*', '@/features/*'],
  features: ['@/app/*', '@/features/*'],
};

/** app > features/<capability> > components > lib, theme. A feature does not know another one. */
const direction = Object.entries(FORBIDDEN).map(([folder, group]) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group,
            message: `${folder} does not know this folder; take what is shared into components or lib.`,
          },
          {
            group: ['../../*'],
            message: 'Import across folders by @/, so that the direction shows.',
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'public', 'eslint.config.js', 'src/lib/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      'no-restricted-globals': [
        'error',
        {
          name: 'fetch',
          message: 'Ask through @/lib/api, which knows the path, the token and the errors.',
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  ...direction,
  {
    // Deep tests of one thing may reach for it.
    files: ['src/**/*.test.{ts,tsx}', 'src/test/**', 'src/lib/api/client.ts'],
    rules: { 'no-restricted-globals': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
