import * as v from 'valibot';

export const MessageText = v.object({ body: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(8_000)) });
export type MessageText = v.InferOutput<typeof MessageText>;
