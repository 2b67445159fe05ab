// What a mail server can be asked to deliver to; quoted local parts are nobody's.
const address = /^[^\s@<>()[\],;:"\\\p{Cc}]{1,64}@[^\s@<>()[\],;:"\\\p{Cc}]{1,255}$/u;

export const isMailAddress = (text: string): boolean => address.test(text);

/** `a@x.org, b@y.org` one by one; empty places are passed over. */
export const mailAddresses = (list: string): readonly string[] =>
  list
    .split(/[,;]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** The first one that is no address. */
export const malformedIn = (list: string): string | undefined => mailAddresses(list).find((one) => !isMailAddress(one));

/** One address; or none, where mail comes from the user's. */
export const isSender = (text: string): boolean => mailAddresses(text).length <= 1 && malformedIn(text) === undefined;
