/** Whether anything was ever kept on this phone: asked before the code that reads it is fetched. Unknown counts as yes. */
export async function hasShelf(): Promise<boolean> {
  const known = await indexedDB.databases?.();
  return !known || known.some(({ name }) => name === 'shelf');
}
