import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['build/', '.svelte-kit/', 'node_modules/', 'data/', 'static/', 'test-results/', 'docs/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      // The compiler knows better than the linter what is defined.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union: TypeScript runs from source here, with its types stripped.' },
        { selector: 'TSParameterProperty', message: 'Node strips types only; write the field out.' }
      ],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // `list[0]!` after a checked length says more than a guard that can never be taken.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      // Harakat are combining characters, and folding them is what some expressions here are for.
      'no-misleading-character-class': 'off'
    }
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
    rules: {
      'svelte/require-each-key': 'error',
      'svelte/no-at-html-tags': 'error',
      // {' '} keeps a space between elements that stand on lines of their own.
      'svelte/no-useless-mustaches': 'off',
      // svelte-check, which fails on warnings, sees warnings that this rule's own compilation does not.
      'svelte/no-unused-svelte-ignore': 'off',
      // Search parameters are built and thrown away within one function here.
      'svelte/prefer-svelte-reactivity': 'off',
      // Every address carries the locale and is built by our own functions.
      'svelte/no-navigation-without-resolve': 'off'
    }
  },
  {
    // What talks to the person at the terminal, or is the log itself.
    files: ['scripts/**', 'tests/**', 'src/platform/log*.ts', 'src/embedded/**'],
    rules: { 'no-console': 'off' }
  }
);
