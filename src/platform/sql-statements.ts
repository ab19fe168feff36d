/** What hides a semicolon: comments, quoted texts and names, dollar quotes; then what opens and closes `begin atomic … end`. */
const TOKEN =
  /--[^\n]*|\/\*|(?<!\w)e'|'|"(?:[^"]|"")*"|\$([a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|\bbegin\s+atomic\b|\bcase\b|\bend\b|;/gi;

/**
 * Cuts a script into its statements, as Supabase's CLI records them: without the semicolons, comments kept, blank ones left out.
 */
export function sqlStatements(script: string): string[] {
  const statements: string[] = [];
  let from = 0;
  let depth = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(script); token; token = TOKEN.exec(script)) {
    const text = token[0].toLowerCase();
    if (text === '/*') TOKEN.lastIndex = endOfComment(script, TOKEN.lastIndex);
    else if (text.endsWith("'")) TOKEN.lastIndex = endOfText(script, TOKEN.lastIndex, text.startsWith('e'));
    else if (text.startsWith('$')) TOKEN.lastIndex = after(script, token[0], TOKEN.lastIndex);
    else if (text.startsWith('begin')) depth = 1;
    else if (text === 'case' && depth) depth += 1;
    else if (text === 'end' && depth) depth -= 1;
    else if (text === ';' && !depth) {
      statements.push(script.slice(from, token.index).trim());
      from = TOKEN.lastIndex;
    }
  }
  statements.push(script.slice(from).trim());
  return statements.filter(saysSomething);
}

/** Comments nest in Postgres. */
function endOfComment(script: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  for (let depth = 1, found = mark.exec(script); found; found = mark.exec(script)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (!depth) return mark.lastIndex;
  }
  return script.length;
}

function endOfText(script: string, start: number, escapes: boolean): number {
  const end = escapes ? /(?:[^'\\]|''|\\[\s\S])*'/y : /(?:[^']|'')*'/y;
  end.lastIndex = start;
  return end.test(script) ? end.lastIndex : script.length;
}

function after(script: string, mark: string, start: number): number {
  const at = script.indexOf(mark, start);
  return at < 0 ? script.length : at + mark.length;
}

const saysSomething = (statement: string) => statement.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').trim() !== '';
