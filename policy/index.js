// Entry of the policy pack: `pulumi preview --policy-pack policy`. JavaScript, because Pulumi compiles a pack's
// TypeScript entry with its own old compiler; what it imports is TypeScript that Node runs itself.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("spotlight", { description: "What a Spotlight stack must and should have.", policies });
