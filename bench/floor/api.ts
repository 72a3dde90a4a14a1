/** A Fastify route that answers a constant of a page's size, and nothing else; prints its URL. */
import fastify from "fastify";

const items = Array.from({ length: 24 }, (_, index) => ({ id: `clip-${index}`, text: "x".repeat(600) }));
const app = fastify();
app.get("/clips", async () => ({ items, nextCursor: null }));
console.log(`${await app.listen({ host: "127.0.0.1", port: 0 })}/clips`);
