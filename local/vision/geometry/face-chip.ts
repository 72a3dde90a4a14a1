import { fitSimilarity, middleOf, type Point, type Transform } from "./transform.ts";

/**
 * Landmarks 27–67 (nose, eyes, mouth) of dlib's mean face, as fractions of the face: from
 * `get_face_chip_details` in
 * https://github.com/davisking/dlib/blob/master/dlib/image_transforms/interpolation.h (public domain data of the
 * 68-point model).
 */
const meanFaceX = [
  0.490127, 0.490127, 0.490127, 0.490127, 0.36688, 0.426036, 0.490127, 0.554217, 0.613373, 0.121737, 0.187122, 0.265825,
  0.334606, 0.260918, 0.182743, 0.645647, 0.714428, 0.793132, 0.858516, 0.79751, 0.719335, 0.254149, 0.340985, 0.428858,
  0.490127, 0.551395, 0.639268, 0.726104, 0.642159, 0.556721, 0.490127, 0.423532, 0.338094, 0.290379, 0.428096,
  0.490127, 0.552157, 0.689874, 0.553364, 0.490127, 0.42689,
];
const meanFaceY = [
  0.203352, 0.307009, 0.409805, 0.515625, 0.587326, 0.609345, 0.628106, 0.609345, 0.587326, 0.216423, 0.178758,
  0.179852, 0.231733, 0.245099, 0.244077, 0.231733, 0.179852, 0.178758, 0.216423, 0.244077, 0.245099, 0.780233,
  0.745405, 0.727388, 0.742578, 0.727388, 0.745405, 0.780233, 0.864805, 0.902192, 0.909281, 0.902192, 0.864805,
  0.784792, 0.778746, 0.785343, 0.778746, 0.784792, 0.824182, 0.831803, 0.824182,
];
const firstLandmark = 27;
const landmarkCount = 68;
/** The outer edge of the lower lip moves during speech, so dlib omits it. */
const isLowerLip = (landmark: number): boolean => landmark >= 55 && landmark <= 59;

/**
 * Maps the pixels of a square chip, `side` pixels wide, to the picture so that the face is upright and placed as in the
 * training data of dlib's network. `padding` is the margin on each side, as a fraction of the face.
 */
export function dlibChip(landmarks: readonly Point[], side: number, padding = 0.25): Transform {
  const inChip: Point[] = [];
  const inPicture: Point[] = [];
  for (let landmark = firstLandmark; landmark < landmarkCount; landmark++) {
    if (isLowerLip(landmark)) continue;
    const i = landmark - firstLandmark;
    inChip.push({
      x: ((padding + meanFaceX[i]!) / (2 * padding + 1)) * side,
      y: ((padding + meanFaceY[i]!) / (2 * padding + 1)) * side,
    });
    inPicture.push(landmarks[landmark]!);
  }
  return fitSimilarity(inChip, inPicture);
}

/**
 * Positions of the eyes, the tip of the nose and the corners of the mouth on the 112-pixel chip of ArcFace
 * (https://github.com/deepinsight/insightface/blob/master/python-package/insightface/utils/face_align.py), which most
 * recognition networks of its kind share.
 */
const arcFacePoints: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
const arcFaceSide = 112;
/** The landmarks whose middles are those points. The eyelids' middle stands for the pupil. */
const arcFaceLandmarks: readonly (readonly number[])[] = [[37, 38, 40, 41], [43, 44, 46, 47], [30], [48, 60], [54, 64]];

/** The same for networks that are trained on ArcFace's chips. */
export function arcFaceChip(landmarks: readonly Point[], side: number): Transform {
  const scale = side / arcFaceSide;
  return fitSimilarity(
    arcFacePoints.map(({ x, y }) => ({ x: x * scale, y: y * scale })),
    arcFaceLandmarks.map((points) => middleOf(points.map((point) => landmarks[point]!))),
  );
}
