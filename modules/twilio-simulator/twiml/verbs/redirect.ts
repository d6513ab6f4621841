import { httpMethod } from "../../engine/documents";
import { absoluteUrl, type Verb } from "../execution";

/** Goes on with another document, or with the same again when it names none. */
export const redirect: Verb = (run, element) => {
  const url = element.text === "" ? run.documentUrl : absoluteUrl(run, element.text);
  if (url === null) {
    run.carrier.journal.warn(
      11_100,
      "Invalid URL format: an empty Redirect in a document without an address",
      run.call.sid,
    );
    return Promise.resolve({ kind: "hangup" });
  }
  return Promise.resolve({
    kind: "document",
    request: { kind: "fetch", url, method: httpMethod(element.attributes.method), params: {} },
  });
};
