import type { Reply } from './vendor.ts';

const html = { 'content-type': 'text/html; charset=UTF-8' };

/** A firewall's block page: a 403 that is no word about the key. */
export const blockedReply: Reply = {
  status: 403,
  headers: { ...html, server: 'cloudflare' },
  body: '<!DOCTYPE html><html lang="en-US"><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1><h2>You are unable to access groq.com</h2></body></html>',
};

export const gatewayReply: Reply = {
  status: 502,
  headers: html,
  body: '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>',
};

/** What a captive portal says to everything. */
export const html200Reply: Reply = {
  status: 200,
  headers: html,
  body: '<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head><body><form>Please sign in</form></body></html>',
};

export const emptyReply: Reply = { status: 200, headers: { 'content-type': 'application/json' }, body: '' };

export const binaryReply: Reply = {
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: Uint8Array.from({ length: 4096 }, (_, index) => (index * 151 + 13) % 256),
};
