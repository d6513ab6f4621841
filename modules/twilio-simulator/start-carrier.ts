import { assembleCarrier, type RunningCarrier } from "./assemble-carrier";
import type { CarrierConfig } from "./configuration";
import { createMediaPlane } from "./media/create-media-plane";
import { createSignalling } from "./signalling/create-signalling";
import { telephoneRoutes } from "./telephone/routes";

/**
 * Starts a whole carrier: REST, webhooks, calls, sound, Voice SDK signalling and the telephone page.
 * @throws Error when the port cannot be had
 */
export async function startCarrier(config: CarrierConfig): Promise<RunningCarrier> {
  let media: ReturnType<typeof createMediaPlane> | undefined;
  return await assembleCarrier(config, {
    createMedia: (log) => {
      media = createMediaPlane({ log });
      return media;
    },
    createSignalling: ({ server, account, log }) => {
      if (!media) throw new Error("The media plane comes first.");
      return createSignalling({ server, account, media, log });
    },
    createTelephone: telephoneRoutes,
  });
}
