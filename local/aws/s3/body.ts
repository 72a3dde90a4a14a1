import { algorithmOfHeader, digestOf, type ChecksumAlgorithm } from "./checksums.ts";
import { badDigest, malformedXml } from "./errors.ts";
import { bodyOf, header, type S3Request } from "./request.ts";
import { parseXml, type XmlNode } from "./xml.ts";

/** Larger than any XML body that S3 accepts (10 000 parts, 1000 keys). */
const maxXmlBytes = 4 * 1024 * 1024;

/**
 * A small XML body. Content-MD5 is verified, and so are the checksum headers unless they describe the object
 * (`checksumsOf: "object"`, CompleteMultipartUpload). Throws MalformedXML, BadDigest.
 */
export async function readXml(
  request: S3Request,
  root: string,
  checksumsOf: "body" | "object" = "body",
): Promise<XmlNode> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bodyOf(request)) {
    size += chunk.length;
    if (size > maxXmlBytes) throw malformedXml();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  verify(request, "content-md5", "MD5", body);
  if (checksumsOf === "body") {
    for (const name of Object.keys(request.headers)) {
      const algorithm = algorithmOfHeader(name);
      if (algorithm !== undefined) verify(request, name, algorithm, body);
    }
  }
  return parseXml(body.toString("utf8"), root);
}

function verify(request: S3Request, name: string, algorithm: ChecksumAlgorithm | "MD5", body: Buffer): void {
  const claimed = header(request, name);
  if (claimed !== undefined && claimed !== digestOf(algorithm, body).toString("base64"))
    throw badDigest(algorithm === "MD5" ? "Content-MD5" : algorithm);
}
