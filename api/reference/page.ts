import { html, prose, type Html } from "./html.ts";
import { fieldView, list, object, schemaView, text, typeView, type Json } from "./schema.ts";

/** One call of the API. */
interface Call {
  method: string;
  path: string;
  operation: Json;
}

/**
 * The API's reference as a page of HTML without scripts, made from its OpenAPI document. Links lead inside a closed
 * part, so that the browser opens it.
 */
export function referencePage(document: Json, styleUrl: string): string {
  const { title, version, description } = object(document["info"]);
  const base = text(object(list(document["servers"])[0])["url"]);
  const calls = Object.entries(object(document["paths"])).flatMap(([path, item]) =>
    Object.entries(object(item)).map(([method, operation]): Call => ({
      method: method.toUpperCase(),
      path: base + path,
      operation: object(operation),
    })),
  );
  const tags = list(document["tags"]).map(object);
  const schemas = Object.entries(object(object(document["components"])["schemas"]));
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${text(title)} API</title>
        <link rel="stylesheet" href="${styleUrl}" />
      </head>
      <body>
        <header>
          <h1>${text(title)} API ${text(version)}</h1>
          <p>${prose(text(description))}</p>
          <p>
            Calls marked <span class="editors">editors</span> need the header <code>Authorization: Bearer TOKEN</code>,
            with the stack output adminToken. The same as <a href="${base}/openapi.json">OpenAPI document</a>.
          </p>
        </header>
        <nav aria-label="Calls">
          <ul>
            ${calls.map(
              ({ method, path, operation }) =>
                html`<li>
                  <a href="#${text(operation["operationId"])}"><code>${method} ${path}</code></a>
                </li>`,
            )}
          </ul>
        </nav>
        <main>
          ${tags.map((tag) => tagView(tag, calls))} ${schemas.length === 0 ? html`` : html`<h2>Schemas</h2>`}
          ${schemas.map(([name, schema]) => namedSchemaView(name, object(schema)))}
        </main>
      </body>
    </html> `.text;
}

function tagView({ name, description }: Json, calls: readonly Call[]): Html {
  return html`<section>
    <h2>${text(name)}</h2>
    <p>${prose(text(description))}</p>
    ${calls.filter(({ operation }) => list(operation["tags"]).includes(name)).map(callView)}
  </section>`;
}

function callView({ method, path, operation }: Call): Html {
  const { operationId, summary, description, parameters, requestBody, responses, security } = operation;
  const isForEditors =
    list(security).length > 0 && !list(security).some((one) => Object.keys(object(one)).length === 0);
  const fields = list(parameters).map(object);
  const bodies = Object.entries(object(object(requestBody)["content"]));
  return html`<details>
    <summary>
      <span class="method">${method}</span> <code>${path}</code> ${text(summary)}
      ${isForEditors ? html`<span class="editors">editors</span>` : html``}
    </summary>
    <p id="${text(operationId)}">${prose(text(description))}</p>
    ${fields.length === 0 ? html`` : html`<h3>Parameters</h3>`}
    <ul class="fields">
      ${fields.map(({ name, schema, required, description: about }) =>
        fieldView(text(name), schema, required === true, text(about)),
      )}
    </ul>
    ${bodies.map(
      ([type, body]) =>
        html`<h3>Body</h3>
          <p><code>${type}</code> ${typeView(object(body)["schema"])}</p>
          ${schemaView(object(body)["schema"])}`,
    )}
    <h3>Responses</h3>
    <ul class="fields">
      ${Object.entries(object(responses)).map(([status, response]) => responseView(status, object(response)))}
    </ul>
  </details>`;
}

function responseView(status: string, { description, content }: Json): Html {
  const kinds = Object.entries(object(content)).map(([type, media]) => {
    const { schema, examples } = object(media);
    const codes = Object.keys(object(examples));
    return html`<br /><span class="type">${type}, ${typeView(schema)}</span>${
        status < "400" || codes.length === 0 ? html`` : html`: <code>${codes.join(", ")}</code>`
      }`;
  });
  return html`<li><code>${status}</code> ${text(description)} ${kinds}</li>`;
}

function namedSchemaView(name: string, schema: Json): Html {
  const [example] = list(schema["examples"]);
  return html`<details>
    <summary><code>${name}</code> ${prose(text(schema["description"]))}</summary>
    <p id="schema-${name}"></p>
    ${schemaView(schema)} ${example === undefined ? html`` : html`<pre>${JSON.stringify(example, null, 2)}</pre>`}
  </details>`;
}
