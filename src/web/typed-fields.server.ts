/**
 * What was typed into some fields, for showing it again beside a refusal; the request can still be parsed afterwards.
 * Never name a password here.
 */
export async function typedFields<Name extends string>(request: Request, names: readonly Name[]): Promise<Record<Name, string>> {
  const fields = await request.clone().formData();
  return Object.fromEntries(names.map((name) => [name, String(fields.get(name) ?? '')])) as Record<Name, string>;
}
