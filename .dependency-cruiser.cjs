/** The layers of docs/how-it-is-built: routes, worker and web call modules; modules call engines' ports and the platform. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea in two files. Types may refer to each other.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    },
    {
      name: 'nothing-imports-routes',
      severity: 'error',
      from: { pathNot: '^src/routes/' },
      to: { path: '^src/routes/' }
    },
    {
      name: 'modules-stay-below-the-doors',
      severity: 'error',
      comment: 'routes, worker, web, hooks → modules → engines, platform.',
      from: { path: '^src/(modules|engines|platform|ui|i18n)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/(routes|worker|web|hooks)' }
    },
    {
      name: 'engines-know-no-modules',
      severity: 'error',
      from: { path: '^src/(engines|platform)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/modules/' }
    },
    {
      name: 'embedded-is-a-server-beside-us',
      severity: 'error',
      comment: 'What `npm start` runs in place of servers is reached over HTTP and SQL, as the real ones are.',
      from: { path: '^src/(modules|engines|routes|ui|worker|web)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/embedded/' }
    },
    {
      name: 'adapters-are-chosen-in-one-place',
      severity: 'error',
      comment: 'Use cases see the port; engines.server.ts picks the adapter.',
      from: { path: '^src/(modules|routes|ui)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/engines/', pathNot: '(port\\.ts$|^src/engines/[^/]+\\.ts$)' }
    },
    {
      name: 'browser-code-sees-no-server',
      severity: 'error',
      comment: 'Kit refuses it in pages; this refuses it in what pages import.',
      from: {
        path: '^src/(modules|routes|ui|i18n|platform)/.*(\\.svelte|\\.svelte\\.ts|\\+page\\.ts|\\+layout\\.ts|/rules\\.ts|/schema\\.ts)$'
      },
      to: { path: '\\.server\\.ts$', dependencyTypesNot: ['type-only'] }
    },
    {
      name: 'nothing-in-production-needs-tests',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^tests/|\\.test\\.ts$' }
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\$app|\\$env|\\$service-worker|\\./\\$types|virtual:)|\\$types|\\?' }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.svelte-kit|^build/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.mjs', '.json']
    }
  }
};
