import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { LocaleProvider } from "@/lib/client/locale";
import { MeProvider } from "@/lib/client/me";
import { container } from "@/modules/container";
import { SoftphoneDock } from "@/modules/twilio-voice/components/softphone-dock";
import { currentPrincipal } from "../current-principal";
import { localeOf } from "./_shell/locale-of";
import { Shell } from "./_shell/shell";
import { ToSignIn } from "./_shell/to-sign-in";

/** Every page that needs somebody signed in. Each route behind it decides again by itself what they may do. */
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const principal = await currentPrincipal();
  if (!principal) return <ToSignIn />;
  const { userId, email, name, role, agentId, timeZone } = principal;
  const [jar, sent] = await Promise.all([cookies(), headers()]);
  return (
    <MeProvider me={{ userId, email, name, role, agentId, timeZone }}>
      <LocaleProvider locale={localeOf(sent.get("accept-language"))} timeZone={timeZone}>
        <Shell
          railStartsNarrow={jar.get("evenhand_rail")?.value === "narrow"}
          telephoneUrl={container().env.TELEPHONE_PAGE_URL}
          mailboxUrl={container().env.MAILBOX_PAGE_URL}
          dock={<SoftphoneDock />}
        >
          {children}
        </Shell>
      </LocaleProvider>
    </MeProvider>
  );
}
