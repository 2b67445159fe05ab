import { limitShapes, type Limits } from '../quota/limits.ts';
import { recordOf } from './jsonValue.ts';
import { currentModelId } from './modelChoice.ts';
import type { Model, Provider } from './provider.ts';
import { type Fields, fieldsOf } from './settingFields.ts';
import { modelId, positive } from './settingSchemas.ts';

/** Models in the user's order; what the catalog knows of them stays known. Undefined: the setting names none. */
export function readModels({ models: known, successors }: Provider, fields: Fields): readonly Model[] | undefined {
  const value = fields.raw.get('models');
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    fields.note('models', fields.l10n.t('must be a list of names'));
    return undefined;
  }
  const items: readonly unknown[] = value;
  const models = new Map<string, Model>();
  for (const [index, item] of items.slice(0, 1_000).entries()) {
    const model = readModel(known, item, `models.${index}`, fields);
    if (model === undefined) continue;
    const current = currentModelId({ successors }, model.id);
    if (current === model.id) models.set(model.id, model);
    else {
      fields.note(`models.${index}`, fields.l10n.t('{0} was retired; {1} is used', model.id, current));
      models.set(current, known.find(({ id }) => id === current) ?? { id: current, limits: {} });
    }
  }
  // A list in which nothing was right says nothing, but an empty one says "none".
  return models.size === 0 && items.length > 0 ? undefined : [...models.values()];
}

function readModel(known: readonly Model[], item: unknown, at: string, fields: Fields): Model | undefined {
  const raw = recordOf(item);
  const id = modelId.safeParse(raw === undefined ? item : raw['id']);
  if (!id.success) {
    fields.note(at, fields.l10n.t('is not {0}; the default is used', 'the name of a model'));
    return undefined;
  }
  const base = known.find((model) => model.id === id.data) ?? { id: id.data, limits: {} };
  if (raw === undefined) return base;
  const own = fieldsOf(new Map(Object.entries(raw)), at, fields.l10n, fields.note);
  const contextTokens = own.read('contextTokens', positive);
  const maxOutputTokens = own.read('maxOutputTokens', positive);
  return {
    ...base,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    limits: { ...base.limits, ...readLimits(own) },
  };
}

/** Each limit by itself: a wrong one leaves the others as they are. */
export function readLimits(fields: Fields): Limits {
  const value = fields.raw.get('limits');
  if (value === undefined) return {};
  const raw = recordOf(value);
  if (raw === undefined) {
    fields.note('limits', fields.l10n.t('must be an object of limits'));
    return {};
  }
  const names = new Set<string>(limitShapes.map(({ name }) => name));
  const limits: { -readonly [Name in keyof Limits]: number } = {};
  const own = fieldsOf(new Map(Object.entries(raw)), 'limits', fields.l10n, fields.note);
  for (const name of Object.keys(raw))
    if (!names.has(name)) own.note(name, fields.l10n.t('is not the name of a limit'));
  for (const { name } of limitShapes) {
    const limit = own.read(name, positive);
    if (limit !== undefined) limits[name] = limit;
  }
  return limits;
}

export function readSuccessors(fields: Fields): Readonly<Record<string, string>> {
  const value = fields.raw.get('successors');
  if (value === undefined) return {};
  const raw = recordOf(value);
  if (raw === undefined) {
    fields.note('successors', fields.l10n.t('must be an object of old and new names'));
    return {};
  }
  const own = fieldsOf(new Map(Object.entries(raw)), 'successors', fields.l10n, fields.note);
  const pairs = Object.keys(raw).flatMap((name) => {
    const successor = own.read(name, modelId);
    return successor === undefined ? [] : [[name, successor] as const];
  });
  return Object.fromEntries(pairs);
}
