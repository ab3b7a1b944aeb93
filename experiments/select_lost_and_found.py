"""Chooses Lost & Found frames for annotation and splits them by location.

    python -m experiments.select_lost_and_found --lost_and_found=DIR --output=selection

reads the raw Lost & Found data (`leftImg8bit` and `gtCoarse`, folders or zips) and
writes `validation.txt` and `test.txt`, one frame id per line. Masks that annotators
draw for them, called `<frame id>_labels.png`, become a dataset with

    tfds.load("fishyscapes/LostAndFoundAnnotated",
              builder_kwargs={"lost_and_found": DIR, "masks": MASKS})
"""

from absl import flags

from fs_tf import cli
from fs_tf.overlay.selection import EVERY, select_frames, write_selection
from fs_tf.overlay.sources.lost_and_found import LostAndFound

_SOURCE = flags.DEFINE(cli.PATH, "lost_and_found", None, "Raw data.", required=True)
_OUTPUT = flags.DEFINE(cli.PATH, "output", None, "Folder of the lists.", required=True)
_EVERY = flags.DEFINE_integer("every", EVERY, "Keep one of this many frames.")


def main(_):
    source = LostAndFound(_SOURCE.value, needs_labels=True)
    selection = select_frames(source, _EVERY.value)
    write_selection(selection, _OUTPUT.value)
    for split, frame_ids in selection.splits.items():
        print(f"{len(frame_ids)} frames in {_OUTPUT.value}/{split}.txt")
    print(f"{len(selection.dropped)} sequences show children or bicycles")
    if selection.skipped:
        print(f"{len(selection.skipped)} unreadable frames, see skipped.txt")


if __name__ == "__main__":
    cli.run(main)
