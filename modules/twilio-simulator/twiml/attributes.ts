import type { Journal } from "../journal";
import type { TwimlElement } from "./parse";

/** Reads one element's attributes; a value that makes no sense is logged with Twilio's code and the default holds. */
export class Attributes {
  private readonly element: TwimlElement;
  private readonly journal: Journal;
  private readonly callSid: string;

  constructor(element: TwimlElement, journal: Journal, callSid: string) {
    this.element = element;
    this.journal = journal;
    this.callSid = callSid;
  }

  text(name: string): string | undefined {
    return this.element.attributes[name];
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return otherwise;
    if (text === "true" || text === "false") return text === "true";
    this.warn(name, text);
    return otherwise;
  }

  /** A whole number within bounds. */
  count(name: string, otherwise: number, least: number, most: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.warn(name, text);
    return otherwise;
  }

  private warn(name: string, text: string): void {
    this.journal.warn(
      12_200,
      `Schema validation warning: "${text}" is no value for ${name} in <${this.element.name}>`,
      this.callSid,
    );
  }
}
