import type { Metadata } from "next";
import { LogoMark } from "@/components/logo";
import { AppError } from "@/lib/errors";
import { container } from "@/modules/container";
import { UnsubscribeForm } from "@/modules/notifications/components/unsubscribe-form";
import type { UnsubscribeView } from "@/modules/notifications/schemas";

export const metadata: Metadata = { title: "Unsubscribe", robots: { index: false } };

type Search = Promise<{ token?: string | string[] }>;

/** Without signing in: the link is signed. Opening it changes nothing. */
export default async function UnsubscribePage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).token;
  const token = typeof given === "string" ? given : "";
  const view = await described(token);
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 pt-10 pb-[14vh]">
      <div className="w-full max-w-88">
        <div className="mb-6 flex flex-col items-center gap-3 text-center">
          <LogoMark className="size-9" />
          <h1 className="text-xl font-semibold">Unsubscribe</h1>
        </div>
        {typeof view === "string" ? (
          <p className="text-center text-sm">{view}</p>
        ) : (
          <UnsubscribeForm token={token} view={view} />
        )}
      </div>
    </main>
  );
}

/** What the link would switch off, or why it cannot. */
async function described(token: string): Promise<UnsubscribeView | string> {
  try {
    return await container().notificationPreferences.describe(token);
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
