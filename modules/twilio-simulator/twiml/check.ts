import type { Journal } from "../journal";
import { ELEMENTS, isVerb } from "./grammar";
import type { TwimlElement } from "./parse";

/** Writes a warning (12200) for every element and attribute that Twilio's schema does not have; they are ignored. */
export function warnAboutUnknown(
  journal: Journal,
  elements: readonly TwimlElement[],
  callSid: string,
  url: string,
): void {
  for (const element of elements) {
    if (!isVerb(element.name)) {
      journal.warn(12_200, `Schema validation warning: <${element.name}> is not a verb`, callSid, url);
      continue;
    }
    checkElement(journal, element, callSid, url);
  }
}

function checkElement(journal: Journal, element: TwimlElement, callSid: string, url: string): void {
  const rule = ELEMENTS[element.name];
  if (!rule) return;
  for (const name of Object.keys(element.attributes)) {
    if (rule.attributes.includes(name)) continue;
    journal.warn(
      12_200,
      `Schema validation warning: attribute "${name}" is not allowed in <${element.name}>`,
      callSid,
      url,
    );
  }
  for (const child of element.children) {
    if (!rule.children.includes(child.name)) {
      journal.warn(
        12_200,
        `Schema validation warning: <${child.name}> is not allowed in <${element.name}>`,
        callSid,
        url,
      );
      continue;
    }
    checkElement(journal, child, callSid, url);
  }
}
