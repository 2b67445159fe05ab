/** Every command that exists; a test holds the manifest against this list. */
export const commandIds = [
  'aiKeys.analyzeError',
  'aiKeys.ask',
  'aiKeys.tryWithoutKey',
  'aiKeys.addKey',
  'aiKeys.importEnv',
  'aiKeys.exportEnv',
  'aiKeys.exportBackup',
  'aiKeys.importBackup',
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
  'aiKeys.forgetLearned',
  'aiKeys.openDashboard',
  'aiKeys.exportReport',
  'aiKeys.explainRoute',
  'aiKeys.openRunbook',
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

/** Context keys that the manifest reads: where a command is offered, which step of the walkthrough is done. */
export const contextKeys = [
  'aiKeys.ready',
  'aiKeys.hasKeys',
  'aiKeys.hasEnabledKeys',
  'aiKeys.hasDisabledKeys',
  'aiKeys.hasRoutes',
  'aiKeys.canMoveKeys',
  'aiKeys.canAskProviders',
  'aiKeys.hasAnswer',
  'aiKeys.alertsSetUp',
  'aiKeys.triedWithoutKey',
  'aiKeys.sawDashboard',
] as const;

export type ContextKey = (typeof contextKeys)[number];
