import { answering, inContext, tellingOtherwise, type Mutation } from '../../system/mutation.ts';

/** The event was built from the entity before its status was set, so it carried the old one. */
export const staleStatus: Mutation = {
  name: 'stale-status',
  whose: 'the original',
  what: 'CookStarted and CookFinished were built before the status was set, so they carried the old one.',
  breaks: 'The order lags one step behind the kitchen; a cancellation passes while the kitchen cooks.',
  define: inContext('store', (definition) => {
    const stale = (operation: string, status: string) =>
      answering(operation, (request, scope, healthy) =>
        healthy(
          request,
          tellingOtherwise(scope, (_type, data) => ({ ...data, status })),
        ),
      );
    return stale('finishCooking', 'cooking')(stale('startCooking', 'accepted')(definition));
  }),
};
