import { container, route } from "@/modules/container";
import { renameTag } from "@/modules/leads/organise.schemas";
import { tagsReply } from "../tags-reply";

export const POST = route(renameTag, async ({ principal, body, requestId }) =>
  tagsReply(await container().leadTags.rename(principal, body.from, body.to, requestId)),
);
