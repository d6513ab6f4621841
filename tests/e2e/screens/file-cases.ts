import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { pdf, png, program, wav } from "@/tests/support/files/samples";
import { findings, type Look, overflows, type Visitors } from "./visitor";

type Send = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

const of = (name: string, mimeType: string, buffer: Buffer) => ({ name, mimeType, buffer });

/** Files as the browser has them when somebody drags them, or has them in the clipboard. */
export function bring(
  page: Page,
  kind: "drop" | "paste",
  files: { name: string; base64: string; type: string }[],
): Promise<void> {
  return page.evaluate(
    ([event, given]) => {
      const data = new DataTransfer();
      for (const { name, base64, type } of given) {
        data.items.add(new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], name, { type }));
      }
      const init = { bubbles: true, cancelable: true };
      const made =
        event === "drop"
          ? new DragEvent("drop", { ...init, dataTransfer: data })
          : new ClipboardEvent("paste", { ...init, clipboardData: data });
      document.body.dispatchEvent(made);
    },
    [kind, files] as const,
  );
}

/** Attaching, showing, playing and removing files on the page of a lead. */
export function fileCases(visitors: Visitors, send: Send, looks: readonly Look[]): void {
  test.each(looks)("files are attached, shown, played, removed and brought back: $name", async ({ options }) => {
    const lead = await send("POST", "/api/leads", { name: "Files", phone: "+14155550199" });
    const page = await visitors.openAs("manager", `/leads/${String(lead.lead_id)}`, options);
    const section = page.getByRole("region", { name: "Files" });
    const rows = section.getByTestId("file");
    const clean = async (where: string) => {
      expect(await findings(page), where).toEqual([]);
      expect(await overflows(page), where).toBe(false);
    };
    await page
      .getByTestId("file-chooser")
      .setInputFiles([
        of("site plan.jpg", "image/jpeg", png(60, 40)),
        of("call.wav", "audio/wav", wav(2)),
        of("contract.pdf", "application/pdf", pdf()),
      ]);
    await section.getByRole("button", { name: "site plan.png", exact: true }).waitFor();
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByText(/attached contract\.pdf/).waitFor();
    const dropped = { name: "second.png", base64: png(40, 60).toString("base64"), type: "image/png" };
    await bring(page, "drop", [dropped]);
    // One after the other: the newest stands first.
    await section.getByRole("button", { name: "second.png", exact: true }).waitFor();
    await bring(page, "paste", [{ ...dropped, name: "image.png" }]);
    await expect.poll(() => rows.count()).toBe(4);
    await section.getByRole("button", { name: "Show all 5" }).click();
    await section.getByRole("button", { name: /^Pasted .*\.png$/ }).waitFor();
    await page.getByTestId("file-chooser").setInputFiles([of("virus.png", "image/png", program())]);
    await section.getByText(/virus\.png is a program/).waitFor();
    await expect
      .poll(() =>
        section
          .locator("img")
          .first()
          .evaluate((one) => (one as HTMLImageElement).naturalWidth),
      )
      .toBeGreaterThan(0);
    await clean("files");
    await section.getByRole("button", { name: "Put virus.png away" }).click();

    const audio = section.locator("audio");
    await audio.evaluate((one) => (one as HTMLAudioElement).load());
    await expect.poll(() => audio.evaluate((one) => (one as HTMLAudioElement).duration)).toBeCloseTo(2, 1);

    await section.getByRole("button", { name: "site plan.png", exact: true }).focus();
    await page.keyboard.press("Enter");
    const preview = page.getByRole("dialog", { name: "site plan.png" });
    await preview.getByRole("img", { name: "site plan.png" }).waitFor();
    await clean("preview");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("dialog", { name: "second.png" }).waitFor();
    await page.keyboard.press("Escape");

    const saved = page.waitForEvent("download");
    await section.getByRole("button", { name: "Save contract.pdf" }).click();
    expect((await saved).suggestedFilename()).toBe("contract.pdf");
    await section.getByRole("button", { name: "Remove contract.pdf" }).click();
    await expect.poll(() => rows.count()).toBe(4);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => rows.count()).toBe(5);
    await page.getByText(/brought contract\.pdf back/).waitFor();
  });
}
