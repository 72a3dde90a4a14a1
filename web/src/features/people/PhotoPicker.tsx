import { useRef, useState } from "preact/hooks";
import { later } from "../../messages/index.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Camera, cameraWorks } from "./Camera.tsx";

/** Chooses photos: dropped, picked from files, or taken with the camera. */
export function PhotoPicker({
  onFiles,
  onPhoto,
}: {
  onFiles: (files: readonly File[]) => void;
  onPhoto: (photo: Blob) => void;
}) {
  const [over, setOver] = useState(false);
  const [camera, setCamera] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  if (camera) return <Camera onPhoto={onPhoto} onClose={() => setCamera(false)} />;

  const take = (files: FileList | null | undefined) => {
    if (files !== null && files !== undefined && files.length > 0) onFiles([...files]);
  };
  return (
    <div
      class={`drop ${over ? "is-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <p>{later.photos.advice}</p>
      <div class="row">
        <input
          ref={input}
          id="photo-files"
          class="drop-input"
          type="file"
          accept="image/jpeg,image/png"
          multiple
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <label class="button" for="photo-files">
          <Icon name="add" /> {later.photos.choose}
        </label>
        {cameraWorks() && (
          <button type="button" class="button" onClick={() => setCamera(true)}>
            <Icon name="camera" /> {later.photos.camera}
          </button>
        )}
        <span class="drop-hint">{later.photos.drop}</span>
      </div>
    </div>
  );
}
