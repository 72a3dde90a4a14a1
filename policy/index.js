// Entry point of the policy pack: `pulumi preview --policy-pack policy`. It is JavaScript because Pulumi compiles a
// pack's TypeScript entry with its own old compiler. Node runs the imported TypeScript directly.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("spotlight", { description: "What a Spotlight stack must and should have.", policies });
