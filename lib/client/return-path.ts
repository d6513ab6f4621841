/** A path of this product to go back to after signing in; anything that could lead elsewhere becomes undefined. */
export function safeReturnPath(given: string | undefined): string | undefined {
  if (given === undefined || !given.startsWith("/") || /^\/[/\\]/.test(given)) return undefined;
  const probe = "https://evenhand.invalid";
  if (!URL.canParse(given, probe)) return undefined;
  const url = new URL(given, probe);
  if (url.origin !== probe || url.pathname.startsWith("/sign-in") || url.pathname.startsWith("/api/")) return undefined;
  return url.pathname + url.search;
}
