/**
 * Regions without Origin Shield, and for each the nearest one that has it. AWS lists Origin Shield where CloudFront has
 * a regional edge cache, and says which one to choose elsewhere:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region
 * The last four are younger than that list; theirs is the nearest by distance.
 */
const nearest: Readonly<Record<string, string>> = {
  "us-west-1": "us-west-2",
  "ca-central-1": "us-east-1",
  "af-south-1": "eu-west-1",
  "ap-east-1": "ap-southeast-1",
  "eu-south-1": "eu-central-1",
  "eu-west-3": "eu-west-2",
  "eu-north-1": "eu-west-2",
  "me-south-1": "ap-south-1",
  "me-central-1": "ap-south-1",
  "ap-northeast-3": "ap-northeast-1",
  "ap-southeast-4": "ap-southeast-2",
  "eu-south-2": "eu-west-1",
};

/** The region of Origin Shield for an origin in `region`: the same one, or the nearest that has Origin Shield. */
export function originShieldRegion(region: string): string {
  return nearest[region] ?? region;
}
