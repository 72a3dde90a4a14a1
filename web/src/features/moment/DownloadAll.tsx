import { useState } from "preact/hooks";
import type { ReelFilter } from "../../api/client.ts";
import { editing } from "../../api/editing.ts";
import { sentenceOf } from "../../api/problem.ts";
import { later, messages } from "../../messages/index.ts";
import { durationText } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { Icon } from "../../ui/Icon.tsx";
import { ExportDialog } from "./ExportDialog.tsx";
import { useReel } from "./use-reel.ts";
import "./moment.css";

/** For editors: one file of all moments of a filter. */
export function DownloadAll({ filter }: { filter: ReelFilter }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button small quiet" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="download" /> {later.operate.downloadAll.action}
      </button>
      {open && <ReelExport filter={filter} onClose={() => setOpen(false)} />}
    </>
  );
}

function ReelExport({ filter, onClose }: { filter: ReelFilter; onClose: () => void }) {
  const { api } = useServices();
  // Tells what there is; more moments may come until the file is asked for.
  const { reel, problem } = useReel(filter);
  const texts = later.operate.downloadAll;
  return (
    <ExportDialog
      title={texts.title}
      what={(made) => {
        if (made !== undefined) return texts.what(messages.moments(made.clips), durationText(made.durationMs));
        return reel && texts.what(messages.moments(reel.moments.length), durationText(reel.momentsMs));
      }}
      content={reel && JSON.stringify([filter, reel.moments.map(({ clip, durationMs }) => [clip, durationMs])])}
      problem={problem === undefined ? undefined : sentenceOf(problem)}
      ask={(aspect) => editing(api).exportReel(filter, aspect)}
      onClose={onClose}
    />
  );
}
