/** Every command that exists; a test holds the manifest against this list. */
export const commandIds = [
  'aiKeys.analyzeError',
  'aiKeys.ask',
  'aiKeys.tryWithoutKey',
  'aiKeys.addKey',
  'aiKeys.importEnv',
  'aiKeys.editKey',
  'aiKeys.removeKey',
  'aiKeys.enableKey',
  'aiKeys.disableKey',
  'aiKeys.moveKeyUp',
  'aiKeys.moveKeyDown',
  'aiKeys.checkKey',
  'aiKeys.checkAllKeys',
  'aiKeys.addProvider',
  'aiKeys.editProvider',
  'aiKeys.refreshModels',
  'aiKeys.openDashboard',
  'aiKeys.exportReport',
  'aiKeys.explainRoute',
  'aiKeys.refresh',
  'aiKeys.showAlerts',
  'aiKeys.setUpTelegram',
  'aiKeys.setUpEmail',
  'aiKeys.testAlert',
  'aiKeys.clearCache',
  'aiKeys.showLog',
  'aiKeys.openSettings',
] as const;

export type CommandId = (typeof commandIds)[number];

/** Context keys that the manifest's `when` clauses read. */
export const contextKeys = [
  'aiKeys.ready',
  'aiKeys.hasKeys',
  'aiKeys.hasEnabledKeys',
  'aiKeys.hasDisabledKeys',
  'aiKeys.hasRoutes',
] as const;

export type ContextKey = (typeof contextKeys)[number];
