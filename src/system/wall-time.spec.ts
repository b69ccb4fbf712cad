import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWallTime } from './wall-time.ts';

describe('an appointment by the wall clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const waiting = (instant: number) => {
    const wake = vi.fn();
    const cancel = createWallTime().at(instant, wake);
    expect(wake).not.toHaveBeenCalled();
    return { wake, cancel };
  };

  it('is kept at its instant, once, and looked at rarely before', () => {
    const { wake } = waiting(3_600_000);
    vi.advanceTimersByTime(3_599_999);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(3_600_000);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('in the past is kept in a turn of its own', () => {
    const { wake } = waiting(-5);
    vi.advanceTimersByTime(0);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('is kept soon after the clock was set forward, or the machine has slept', () => {
    const { wake } = waiting(3_600_000);
    vi.setSystemTime(4_000_000);
    vi.advanceTimersByTime(10_000);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('is not kept too early where the clock was set back', () => {
    const { wake } = waiting(20_000);
    vi.advanceTimersByTime(5_000);
    vi.setSystemTime(0);
    vi.advanceTimersByTime(19_999);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('can be cancelled at any time', () => {
    const { wake, cancel } = waiting(100_000);
    vi.advanceTimersByTime(50_000);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(100_000);
    expect(wake).not.toHaveBeenCalled();
  });
});
