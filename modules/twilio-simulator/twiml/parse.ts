import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element of a TwiML document. */
export interface TwimlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly TwimlElement[];
  /** All text in it, that of its children (SSML) included, with white space tidied. */
  text: string;
}

/** A document that Twilio would refuse, with the number of its error. */
export class TwimlError extends Error {
  override readonly name = "TwimlError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** A reference to an entity that XML does not have, such as &nbsp;. */
const UNKNOWN_ENTITY = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)[^;\s]*;?/;
const UNREAD = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g;

const MOST_BYTES = 64 * 1024;
const MOST_DEPTH = 20;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Numeric references (&#243;) come with this; the named ones of HTML are refused before.
  htmlEntities: true,
});

/**
 * Parses a document and gives back the verbs in its Response.
 * @throws TwimlError when it is too large (11750), not well-formed XML (12100) or not a Response (12100)
 */
export function parseTwiml(document: string): readonly TwimlElement[] {
  if (Buffer.byteLength(document) > MOST_BYTES)
    throw new TwimlError(11_750, "TwiML response body too large: over 64 KB");
  const text = document.trim();
  if (text === "") throw new TwimlError(12_100, "Document parse failure: the document is empty");
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    throw new TwimlError(12_100, `Document parse failure: ${msg} (line ${line}, column ${col})`);
  }
  const stray = UNKNOWN_ENTITY.exec(text.replace(UNREAD, ""));
  if (stray) throw new TwimlError(12_100, `Document parse failure: "${stray[0]}" is no entity of XML`);
  let nodes: unknown;
  try {
    nodes = parser.parse(text);
  } catch (error) {
    throw new TwimlError(12_100, `Document parse failure: ${error instanceof Error ? error.message : String(error)}`);
  }
  const roots = elementsOf(nodes, 0);
  const root = roots[0];
  if (!root || roots.length !== 1)
    throw new TwimlError(12_100, "Document parse failure: there must be one root element");
  if (root.name !== "Response")
    throw new TwimlError(12_100, `Document parse failure: the root is <${root.name}>, not <Response>`);
  return root.children;
}

function elementsOf(nodes: unknown, depth: number): TwimlElement[] {
  if (!Array.isArray(nodes)) return [];
  if (depth > MOST_DEPTH) throw new TwimlError(12_100, `Document parse failure: nested more than ${MOST_DEPTH} deep`);
  const elements: TwimlElement[] = [];
  for (const node of nodes as Record<string, unknown>[]) {
    const name = Object.keys(node).find((key) => key !== ":@" && key !== "#text" && key !== "#comment");
    if (name === undefined) continue;
    elements.push({
      name,
      attributes: (node[":@"] ?? {}) as Record<string, string>,
      children: elementsOf(node[name], depth + 1),
      text: textOf(node[name], depth).replace(/\s+/g, " ").trim(),
    });
  }
  return elements;
}

function textOf(nodes: unknown, depth: number): string {
  if (!Array.isArray(nodes) || depth > MOST_DEPTH) return "";
  return (nodes as Record<string, unknown>[])
    .map((node) => {
      if (typeof node["#text"] === "string") return node["#text"];
      const name = Object.keys(node).find((key) => key !== ":@");
      return name === undefined ? "" : ` ${textOf(node[name], depth + 1)} `;
    })
    .join("");
}
