// Stands in for node:crypto in a page.
export const randomUUID = () => crypto.randomUUID();
