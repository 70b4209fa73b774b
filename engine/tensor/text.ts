/** The languages of the app. A text that lacks one does not type-check. */
export const languages = ["en", "zh"] as const;
export type Language = (typeof languages)[number];
export type Text = Readonly<Record<Language, string>>;
