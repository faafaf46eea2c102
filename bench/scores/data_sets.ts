/** The photographs that shipped networks were trained and judged by, with their licences. @module */

/** What a shipped file says of the photographs it was trained on. */
export const SHIPPED_DATA = {
  data:
    "CLIC 2025 validation set (26 photos) and CID22 training references (209 photos); judged while training by " +
    "CID22 validation references (41 photos)",
  licence: "Photos: CLIC 2025 under the Unsplash licence, CID22 under CC BY-SA 4.0 (Cloudinary)",
} as const;
