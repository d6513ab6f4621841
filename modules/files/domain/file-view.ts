import { isStaff, type Principal } from "@/lib/principal";
import type { FileView } from "../schemas";
import { kindOfMediaType } from "./file-kinds";
import { type FileRow, MOST_PIXELS } from "./lead-file";

/** Whether somebody who sees the lead may take the file away, and bring it back: who brought it, and managers. */
export const mayRemove = (principal: Principal, file: Pick<FileRow, "createdBy">): boolean =>
  isStaff(principal) || file.createdBy === principal.userId;

/** Whether a browser may show or play it where it stands. */
export function isInline({ mediaType, width, height }: Pick<FileRow, "mediaType" | "width" | "height">): boolean {
  const kind = mediaType === null ? undefined : kindOfMediaType(mediaType);
  return kind?.inline === true && (width ?? 0) * (height ?? 0) <= MOST_PIXELS;
}

/** A file as the wire shows it to one person. */
export function fileView(row: FileRow, principal: Principal): FileView {
  const path = `/api/files/${row.id}`;
  const isReady = row.state === "ready";
  return {
    file_id: row.id,
    lead_id: row.leadId,
    state: row.state === "erasing" ? "removed" : row.state,
    name: row.name,
    bytes: row.bytes,
    media_type: row.mediaType,
    group: row.mediaType === null ? null : (kindOfMediaType(row.mediaType)?.group ?? null),
    sha256: row.sha256,
    width: row.width,
    height: row.height,
    uploaded_by: row.createdByLabel,
    uploaded_by_name: row.createdByName ?? row.createdByLabel,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    removable: mayRemove(principal, row),
    content_url: isReady && isInline(row) ? `${path}/content` : null,
    download_url: isReady ? `${path}/download` : null,
  };
}
