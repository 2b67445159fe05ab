export const google = (code: number, status: string, message: string, details?: unknown) => ({
  error: { code, message, status, ...(details === undefined ? {} : { details }) },
});
export const info = (reason: string) => [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' },
];
