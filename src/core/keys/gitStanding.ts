/**
 * What git does with a file that holds secrets. `tracked`: it is in the repository, whatever is ignored.
 * `unknown`: there is no repository, or no git to ask.
 */
export type GitStanding = 'ignored' | 'notIgnored' | 'tracked' | 'unknown';
