// First, since it puts the layers of the styles in order.
import "./styles/tokens.css";
import { render } from "preact";
import { checkToken } from "./api/check-token.ts";
import { createApi } from "./api/client.ts";
import { App } from "./app/App.tsx";
import { startLanguage } from "./messages/index.ts";
import { followChanges } from "./shared/changes.ts";
import { createSession } from "./shared/session.ts";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/layout.css";

const session = createSession(sessionStorage, checkToken);
const api = createApi({ token: session.token, refused: session.refuse });
const changes = followChanges(`${location.origin.replace(/^http/, "ws")}/stream`);
const root = document.getElementById("app");

// Not before the texts are there: English must not flash up. Not by a top-level await, which the texts' part of the
// script, importing from this one, would wait for, too.
if (root !== null) void startLanguage().then(() => render(<App api={api} changes={changes} session={session} />, root));
