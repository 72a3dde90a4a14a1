import { launchBrowser } from "./support/browser.ts";
import { readFileSync } from "node:fs";
const [,, out, path = "/", w = "1280", h = "800", admin = "", wait = "4000", act = ""] = process.argv;
const outputs = JSON.parse(readFileSync("/tmp/x1/outputs.json", "utf8"));
const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: Number(w), height: Number(h) }, locale: "en-GB", colorScheme: (process.env["SCHEME"] as "dark") ?? "light" });
const page = await context.newPage();
page.on("console", (m) => { if (m.type() === "error") console.log("console:", m.text()); });
page.on("pageerror", (e) => console.log("pageerror:", e.message));
await page.goto(outputs.pageUrl + path + (admin ? `#admin=${outputs.adminToken}` : ""));
await page.waitForTimeout(Number(wait));
if (act) { const f = new Function("page", `return (async()=>{${act}})()`); const r = await f(page); if (r !== undefined) console.log(JSON.stringify(r)); }
await page.screenshot({ path: out });
await browser.close();
