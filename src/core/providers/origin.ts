/** Scheme, host and port; the text itself where it is no URL. */
export const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);

/** 127.0.0.0/8, localhost and [::1]: a request there never leaves the machine. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
