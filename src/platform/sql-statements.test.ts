import { expect, it } from 'vitest';
import { sqlStatements } from './sql-statements.ts';

it.each([
  ['select 1; select 2;', ['select 1', 'select 2']],
  ["select 'a;''b'; select e'\\';'", ["select 'a;''b'", "select e'\\';'"]],
  ['select ";"; -- c;\nselect 1', ['select ";"', '-- c;\nselect 1']],
  ['/* a; /* b; */ c; */ select 1;;  -- only this;\n', ['/* a; /* b; */ c; */ select 1']],
  ['do $$ begin; end $$; select $x$ $$; $x$', ['do $$ begin; end $$', 'select $x$ $$; $x$']],
  [
    'create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
    ['create function f() returns int begin atomic select case when true then 1 end; select 2; end', 'select 3']
  ],
  ["select $1; prepare p as select $2; select 'ا;ب'", ['select $1', 'prepare p as select $2', "select 'ا;ب'"]]
])('cuts %j', (script, statements) => {
  expect(sqlStatements(script)).toEqual(statements);
});
