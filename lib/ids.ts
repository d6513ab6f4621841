import { v7 } from "uuid";

/** A new identifier: UUID version 7, so that rows of one time lie together in an index. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-9a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text from outside can be an identifier at all; anything else is simply unknown. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
