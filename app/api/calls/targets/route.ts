import { container, route } from "@/modules/container";
import { listTalkTargets } from "@/modules/call-queue/talk.schemas";

export const GET = route(listTalkTargets, async ({ principal, query }) =>
  container().talkTargets.list(principal, query.search ?? ""),
);
