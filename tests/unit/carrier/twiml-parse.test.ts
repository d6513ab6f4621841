import { describe, expect, it } from "vitest";
import { parseTwiml, TwimlError } from "../../../modules/twilio-simulator/twiml/parse";

const codeOf = (document: string): number => {
  try {
    parseTwiml(document);
  } catch (error) {
    if (error instanceof TwimlError) return error.code;
    throw error;
  }
  return 0;
};

describe("parseTwiml", () => {
  it("keeps the order of verbs, their attributes, children and text", () => {
    const verbs = parseTwiml(
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a comment --><Response>\n <Say voice="alice">One</Say><Dial timeout="5"><Client>x</Client> <Number>+1</Number></Dial><Say>Two</Say></Response>',
    );
    expect(verbs.map((verb) => verb.name)).toEqual(["Say", "Dial", "Say"]);
    expect(verbs[0]).toMatchObject({ attributes: { voice: "alice" }, text: "One" });
    expect(verbs[1]?.children.map((child) => [child.name, child.text])).toEqual([
      ["Client", "x"],
      ["Number", "+1"],
    ]);
  });

  it("decodes entities once, in text, attributes and not in CDATA", () => {
    const [say] = parseTwiml(
      '<Response><Say voice="a&amp;b&#33;">x &lt; &amp;#243; &#243; <![CDATA[<raw> &nbsp;]]></Say></Response>',
    );
    expect(say?.text).toBe("x < &#243; ó <raw> &nbsp;");
    expect(say?.attributes.voice).toBe("a&b!");
  });

  it.each([
    ["nothing", ""],
    ["no XML", "hello"],
    ["an open element", "<Response><Say></Response>"],
    ["two roots", "<Response/><Response/>"],
    ["another root", "<Twiml/>"],
    ["an entity of HTML", "<Response><Say>a&nbsp;b</Say></Response>"],
    ["a bare ampersand", "<Response><Say>you & me</Say></Response>"],
    ["nesting without end", `<Response>${"<a>".repeat(50)}${"</a>".repeat(50)}</Response>`],
  ])("refuses %s with 12100", (_name, document) => {
    expect(codeOf(document)).toBe(12100);
  });

  it("refuses more than 64 KB with 11750", () => {
    expect(codeOf(`<Response><Say>${"x".repeat(65_536)}</Say></Response>`)).toBe(11750);
  });

  it("an empty Response is a document without verbs", () => {
    expect(parseTwiml("<Response/>")).toEqual([]);
  });

  it("does not expand entities that a document defines", () => {
    const bomb = `<!DOCTYPE r [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><Response><Say>&b;</Say></Response>`;
    expect(codeOf(bomb)).toBe(12100);
  });
});
