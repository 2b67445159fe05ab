import * as z from 'zod';

// The policy of a webview forbids `eval`: trying it, as schemas do to be faster, is a violation that
// is reported. To be imported before any schema is made.
z.config({ jitless: true });
