import { aggregate } from '../../runtime/actor/aggregate.ts';
import { evolve, type Notice, type NoticeEvent, type WrittenNotice } from './notice.ts';
import { loadNotice, saveNotice } from './store.ts';

/** Carries a decision on one notice out, whoever takes it: the context that writes it, or the sender. Nobody else is told of notices. */
export const changeNotice = aggregate<Notice, NoticeEvent, WrittenNotice>({ load: loadNotice, evolve, save: saveNotice });
