/** The reference's style sheet: a file of its own, since the content security policy allows nothing inline. */
export const style = `
:root { color-scheme: light dark; --line: #8884; --dim: #767676; --mark: #ffd400; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 1rem 0; } h2 { margin: 2.5rem 0 .5rem; text-transform: capitalize; } h3 { margin: 1.25rem 0 .25rem; }
a { color: inherit; } code, pre { font: .875rem/1.5 ui-monospace, monospace; }
pre { padding: .75rem; border: 1px solid var(--line); border-radius: .375rem; overflow-x: auto; white-space: pre-wrap; }
nav ul { margin: 0; padding: 0; list-style: none; columns: 18rem; }
details { border-top: 1px solid var(--line); } details > :not(summary) { margin-left: 1rem; }
summary { padding: .5rem 0; cursor: pointer; } summary:focus-visible { outline: 2px solid; outline-offset: 2px; }
[id] { scroll-margin-top: 4rem; } p:empty { margin: 0; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
.editors { padding: 0 .375rem; border-radius: .25rem; background: var(--mark); color: #000; font-size: .75rem; }
.fields { padding-left: 1rem; border-left: 1px solid var(--line); list-style: none; }
.fields > li { margin: .375rem 0; }
.type { color: var(--dim); font-size: .875rem; }
@media (prefers-color-scheme: dark) { :root { --dim: #9a9a9a; } }
`.trimStart();
