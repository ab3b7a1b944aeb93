"""The whole road in a folder whose name programs trip over."""

import tfds_builders  # noqa: F401  registers the datasets
from fs_tf import benchmark, results, sample_world


def test_brackets_spaces_and_letters(tmp_path):
    folder = tmp_path / "a [b] ü c"
    world = sample_world.SampleWorld(
        height=64, train_frames=4, val_frames=4, voc_train_images=20, voc_val_images=20
    )
    sample_world.write_sample_world(folder / "world", world)
    settings = benchmark.Settings(
        cityscapes=str(folder / "world" / "cityscapes"),
        voc=str(folder / "world" / "VOCdevkit"),
        training="smoke",
        methods=("knn_density",),
    )
    table = benchmark.run(settings, folder / "run")
    assert "density" in table
    found = results.load_all(folder / "run" / "results").values()
    assert {result.submission for result in found} == set(settings.methods)
    assert (folder / "run" / "index.html").is_file()
    for training in (folder / "run" / "segmenters").iterdir():
        kept = [path.name for path in training.glob("checkpoints/*.index")]
        assert kept and len(kept) <= 2
        assert list(training.glob("summaries/events*"))
    # What is finished is found again.
    weights = folder / "run" / "segmenters" / "standard" / "segmenter.weights.h5"
    written = weights.stat().st_mtime_ns
    assert benchmark.run(settings, folder / "run") == table
    assert weights.stat().st_mtime_ns == written
