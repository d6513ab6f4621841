import { container, route } from "@/modules/container";
import { removeTag } from "@/modules/leads/organise.schemas";
import { tagsReply } from "../tags-reply";

export const POST = route(removeTag, async ({ principal, body, requestId }) =>
  tagsReply(await container().leadTags.remove(principal, body.tag, requestId)),
);
