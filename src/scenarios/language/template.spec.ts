import { describe, expect, test } from 'vitest';
import type { JsonTemplate, Template } from './ast.ts';
import { expandJson, expandText, referencesIn } from './template.ts';

const VALUES: Readonly<Record<string, unknown>> = { who: 'kim', price: 9000, 'order:lunch': 'o1', 'a-b': 'dash' };
const lookUp = (name: string): unknown => VALUES[name];

describe('a template', () => {
  test.each([
    ['${who}', 'kim'],
    ['${ who }!', 'kim!'],
    ['${order:lunch}', 'o1'],
    ['${a-b}', 'dash'],
    ['${who:-lee}', 'kim'],
    ['${nobody:-lee}', 'lee'],
    ['${nobody :-lee}', 'lee'],
    ['${nobody:-}', ''],
    ['${nobody:--1}', '-1'],
    ['${nobody:-a b, c}', 'a b, c'],
    ['${order:dinner:-o2}', 'o2'],
    ['$${who}', '${who}'],
  ])('%s is %s', (text, expected) => {
    expect(expandText(text as Template, lookUp)).toBe(expected);
  });

  test('that is one name alone keeps the type of its value', () => {
    expect(expandJson({ price: '${price}', text: 'p${price}' } as unknown as JsonTemplate, lookUp)).toEqual({ price: 9000, text: 'p9000' });
  });

  test('without a value and a default is refused', () => {
    expect(() => expandText('${nobody}' as Template, lookUp)).toThrow('${nobody} has no value here');
    expect(referencesIn('${nobody:-lee}')).toMatchObject([{ name: 'nobody', fallback: 'lee', index: 0, length: 14 }]);
  });
});
