/** Bundled into the panel's style sheet. */
declare module '*.css';
