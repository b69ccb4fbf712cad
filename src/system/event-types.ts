import * as customer from '../contexts/customer/contract.ts';
import * as front from '../contexts/front/contract.ts';
import * as rider from '../contexts/rider/contract.ts';
import * as store from '../contexts/store/contract.ts';

/** The type of every event that some context publishes. */
export const EVENT_TYPES: readonly string[] = [front, store, rider, customer].flatMap((contract) =>
  Object.values(contract).flatMap((value) => ('type' in value && 'schema' in value ? [value.type] : [])),
);
