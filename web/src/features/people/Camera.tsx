import { useEffect, useRef, useState } from "preact/hooks";
import { later } from "../../messages/index.ts";
import { photoOfVideo } from "./photo.ts";

/** Takes a photo with the device's camera. */
export function Camera({ onPhoto, onClose }: { onPhoto: (photo: Blob) => void; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  const [ready, setReady] = useState(false);

  useEffect(() => {
    let stream: MediaStream | undefined;
    let wanted = true;
    navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: "user" } }).then(
      (opened) => {
        stream = opened;
        if (!wanted) stop(opened);
        else if (video.current !== null) video.current.srcObject = opened;
      },
      () => setProblem(later.photos.noCamera),
    );
    return () => {
      wanted = false;
      if (stream !== undefined) stop(stream);
    };
  }, []);

  const shoot = async () => {
    if (video.current === null) return;
    onPhoto(await photoOfVideo(video.current));
    onClose();
  };

  return (
    <div class="camera">
      {problem === undefined ? (
        <video
          ref={video}
          class="camera-view"
          autoPlay
          muted
          playsInline
          aria-label={later.photos.camera}
          onLoadedData={() => setReady(true)}
        />
      ) : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="row end">
        <button type="button" class="button quiet" onClick={onClose}>
          {later.photos.back}
        </button>
        {problem === undefined && (
          <button type="button" class="button primary" disabled={!ready} onClick={() => void shoot()}>
            {later.photos.take}
          </button>
        )}
      </div>
    </div>
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Whether this browser, at this address, can open a camera. */
export function cameraWorks(): boolean {
  return "mediaDevices" in navigator;
}
