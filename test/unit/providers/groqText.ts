export const groqText = (rest: string) =>
  `Rate limit reached for model \`openai/gpt-oss-120b\` in organization \`org_01test\` service tier \`on_demand\` on ${rest}`;
export const groqError = (message: string, code?: string, type = 'invalid_request_error') => ({
  error: { message, type, ...(code === undefined ? {} : { code }) },
});
