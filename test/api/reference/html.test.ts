import assert from "node:assert/strict";
import { html, prose } from "../../../api/reference/html.ts";

describe("html of the reference", () => {
  it("shows what is in backticks as code", () => {
    assert.equal(
      prose("The `next` of <b>, `a` and `").text,
      "The <code>next</code> of &#60;b&#62;, <code>a</code> and ",
    );
  });

  it("escapes values, but not HTML that it has built itself", () => {
    const inner = html`<b title="${'"x"'}">${"<i>&'"}</b>`;
    assert.equal(inner.text, '<b title="&#34;x&#34;">&#60;i&#62;&#38;&#39;</b>');
    assert.equal(html`<p>${inner}${[inner, inner]}${1}</p>`.text, `<p>${inner.text.repeat(3)}1</p>`);
  });
});
