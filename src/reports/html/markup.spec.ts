import { expect, it } from 'vitest';
import { jsonForScript, markup, trusted } from './markup.ts';

it.each([
  ['</script><img src=x onerror=alert(1)>', '&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;'],
  [`" onclick='x' &amp;`, '&quot; onclick=&#39;x&#39; &amp;amp;'],
  ['a\u0000b\u001bc\ud800', 'a␀b␛c\ufffd'],
  ['냉면 🍜', '냉면 🍜'],
])('escapes %j', (text, expected) => {
  expect(markup`<p title="${text}">${text}</p>`.html).toBe(`<p title="${expected}">${expected}</p>`);
});

it('takes what it made itself as it is, in lists too, and nothing for nothing', () => {
  expect(markup`<ul>${['a', '<b>'].map((text) => markup`<li>${text}</li>`)}</ul>${undefined}${false}${trusted('<hr>')}${7}`.html).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>7',
  );
});

it("makes JSON that can't end its script element", () => {
  const value = { name: '</script><!--<script>', more: ['<'] };
  expect(jsonForScript(value).html).not.toContain('<');
  expect(JSON.parse(jsonForScript(value).html)).toEqual(value);
});
