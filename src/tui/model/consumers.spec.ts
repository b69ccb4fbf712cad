import { expect, it } from 'vitest';
import { createCustomer } from '../../contexts/customer/index.ts';
import { createFront } from '../../contexts/front/index.ts';
import { createNotification } from '../../contexts/notification/index.ts';
import { createRider } from '../../contexts/rider/index.ts';
import { createStore } from '../../contexts/store/index.ts';
import { CONSUMERS } from './consumers.ts';
import { CONTEXTS } from './model.ts';

it('knows who hears what, as the contexts declare it', () => {
  const lookUpOrder = (): Promise<never> => Promise.reject(new Error('not asked here'));
  const definitions = [createFront({ lookUpOrder }), createStore(), createRider(), createNotification({ channel: 'log', onNotice: () => undefined }), createCustomer()];
  const types = [...new Set(definitions.flatMap(({ events }) => events.map(({ type }) => type)))].sort();
  const declared = types.map((type) => [type, CONTEXTS.filter((context) => definitions.find(({ name }) => name === context)?.subscriptions.some(({ event }) => event.type === type))]);
  expect(Object.entries(CONSUMERS).sort()).toEqual(declared);
});
