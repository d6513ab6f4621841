import { RestError } from "./rest-error";
import type { RestAnswer, RestRequest } from "./rest-request";

const MOST_PER_PAGE = 1_000;

function wholeNumber(query: URLSearchParams, name: string, otherwise: number, least: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d+$/.test(text) || Number(text) < least) throw new RestError(400, 20_006, `${name} is out of range: ${text}`);
  return Number(text);
}

/** One page of a list, in Twilio's envelope. */
export function listAnswer<T>(
  request: RestRequest,
  key: string,
  items: readonly T[],
  show: (item: T) => unknown,
): RestAnswer {
  const size = Math.min(MOST_PER_PAGE, wholeNumber(request.query, "PageSize", 50, 1));
  const page = wholeNumber(request.query, "Page", 0, 0);
  const start = page * size;
  const shown = items.slice(start, start + size);
  const path = request.path.split("?")[0] ?? "";
  const uri = (number: number): string => {
    const query = new URLSearchParams(request.query);
    query.set("PageSize", String(size));
    query.set("Page", String(number));
    query.delete("PageToken");
    return `${path}?${query.toString()}`;
  };
  return {
    status: 200,
    body: {
      end: start + Math.max(0, shown.length - 1),
      first_page_uri: uri(0),
      next_page_uri: start + size < items.length ? uri(page + 1) : null,
      page,
      page_size: size,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
      [key]: shown.map(show),
      start,
      uri: uri(page),
    },
  };
}
