"""The Fishyscapes datasets: street images with anomalous objects and their masks.

    tfds.load("fishyscapes/Static:3.0.0")
    tfds.load("fishyscapes/StaticGenerated",
              builder_kwargs={"cityscapes": DIR, "voc": DIR, "num_test": 100})

Features as in the official builder: `image_id`, `basedata_id`, `image_left`, and
`mask` with 0 in-distribution, 1 anomaly, 255 void.
"""

import pathlib
import shutil
from collections.abc import Iterator

import tensorflow_datasets as tfds

from fs_tf import errors
from fs_tf.overlay.opening import open_release
from fs_tf.overlay.sources import cityscapes as cityscapes_source
from fs_tf.overlay.sources import lost_and_found as lost_and_found_source
from fs_tf.overlay.sources.official import check_hash
from tfds_builders.fishyscapes import annotated, archives, generated, published
from tfds_builders.fishyscapes.configs import CONFIGS, GENERATED, PUBLISHED
from tfds_builders.sourced_builder import SourcedBuilder


class Builder(SourcedBuilder):
    """All configs of Fishyscapes; see `configs.py`.

    Args:
      cityscapes: folder of Cityscapes, raw layout or official zips.
      voc: `VOCdevkit`, or a year folder in it.
      cutouts: folder of RGBA PNGs, for the Web configs.
      lost_and_found: folder of Lost & Found, raw layout or official zips.
      fishyscapes: folder of the published zips, or what they unpack to.
      masks: folder of `<frame id>_labels.png`, for LostAndFoundAnnotated.
      num_validation: images of the validation split; 0 leaves it out.
      num_test: images of the test split; 0 leaves it out.
      seed: number or text from which the images follow.
      secret_seed: from which the test split follows instead, so that only who
        knows it can rebuild the test split: use a long random text. Defaults to
        the environment variable FISHYSCAPES_SECRET_SEED, else to `seed`.
      image_size: (height, width) of generated images; None keeps the frames'.
      max_frame_uses: how often a frame may be used in its split.
      control_probability: of a negative control in an image.
      processes: that make images; None takes one per core.
      verify_hashes: whether published zips must be the published ones.
      allow_downloads: whether missing published files may be downloaded.
      **kwargs: of the TFDS builder.
    """

    BUILDER_CONFIGS = list(CONFIGS)
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        "Put the files that the config needs into the manual directory: "
        "fishyscapes_lostandfound.zip, fs_val_v1.zip to fs_val_v3.zip, Lost & Found's "
        "leftImg8bit.zip and gtCoarse.zip, Cityscapes' leftImg8bit_trainvaltest.zip "
        "and gtFine_trainvaltest.zip, VOCdevkit, or folders of web cutouts named "
        "after their recipe; zips or unpacked. Folders elsewhere can be passed in "
        "builder_kwargs."
    )

    def __init__(
        self,
        *,
        cityscapes=None,
        voc=None,
        cutouts=None,
        lost_and_found=None,
        fishyscapes=None,
        masks=None,
        num_validation=None,
        num_test=None,
        seed=None,
        secret_seed=None,
        image_size=None,
        max_frame_uses=None,
        control_probability=None,
        processes=None,
        verify_hashes=True,
        allow_downloads=False,
        **kwargs,
    ):
        """Names the sources and, for generated configs, the settings."""
        settings = {
            "num_validation": num_validation,
            "num_test": num_test,
            "image_size": image_size,
            "max_frame_uses": max_frame_uses,
            "control_probability": control_probability,
        }
        secrets = {
            "seed": seed,
            "secret_seed": generated.secret_seed(secret_seed),
        }
        self._processes = processes
        self._verify_hashes = verify_hashes
        self._allow_downloads = allow_downloads
        super().__init__(
            sources={
                "cityscapes": cityscapes,
                "voc": voc,
                "cutouts": cutouts,
                "lost_and_found": lost_and_found,
                "fishyscapes": fishyscapes,
                "masks": masks,
            },
            settings=settings,
            secrets=secrets,
            **kwargs,
        )
        self._original_state.update(
            processes=processes,
            verify_hashes=verify_hashes,
            allow_downloads=allow_downloads,
        )
        self._chosen = generated.with_defaults({**settings, **secrets})

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "image_id": tfds.features.Text(),
                    "basedata_id": tfds.features.Text(),
                    "image_left": tfds.features.Image(
                        shape=(None, None, 3), encoding_format="png"
                    ),
                    "mask": tfds.features.Image(
                        shape=(None, None, 1), encoding_format="png"
                    ),
                }
            ),
            supervised_keys=("image_left", "mask"),
            homepage="https://fishyscapes.com",
            disable_shuffling=True,
        )

    def _split_generators(self, dl_manager) -> dict[str, Iterator]:
        if self.builder_config.kind == GENERATED:
            return self._generated_splits(dl_manager)
        if self.builder_config.kind == PUBLISHED:
            examples = self._published_examples(dl_manager)
            return {"validation": self._generate_examples(examples)}
        examples = annotated.annotated_examples(
            self._lost_and_found(dl_manager), self._source("masks", dl_manager)
        )
        return {"test": self._generate_examples(examples)}

    def _published_examples(self, dl_manager) -> Iterator[dict]:
        config = self.builder_config
        official = published.find_official(
            config,
            self.version,
            self._source("fishyscapes", dl_manager),
            self._verify_hashes,
            dl_manager if self._allow_downloads else None,
        )
        self._expect("validation", len(official.examples()))
        if config.base == "cityscapes":
            directory = self._source("cityscapes", dl_manager)
            frames = cityscapes_source.Cityscapes(directory, needs_labels=False)
            return published.static_examples(official, frames)
        frames = self._lost_and_found(dl_manager)
        return published.lost_and_found_examples(official, frames, config.original_mask)

    def _lost_and_found(self, dl_manager) -> lost_and_found_source.LostAndFound:
        folder = self._source("lost_and_found", dl_manager)
        needed = ["leftImg8bit"]
        if self.builder_config.original_mask:
            needed.append("gtCoarse")
        for name in needed:
            path = lost_and_found_source.find_component(folder, name)
            if path is None and self._allow_downloads:
                archives.download(f"{name}.zip", folder, dl_manager)
                path = folder / f"{name}.zip"
            if path is not None and path.is_file() and self._verify_hashes:
                check_hash(path, archives.ARCHIVES[f"{name}.zip"].sha256)
        return lost_and_found_source.LostAndFound(folder, "gtCoarse" in needed)

    def _generated_splits(self, dl_manager) -> dict[str, Iterator]:
        config, settings = self.builder_config, generated.settings_of(self._chosen)
        objects = self._objects(dl_manager)
        release = open_release(
            config.recipe,
            config.objects,
            self._source("cityscapes", dl_manager),
            objects,
            settings,
        )
        self._write_settings(
            {k: v for k, v in self._chosen.items() if "seed" not in k},
            {
                "seed": settings.seeds["validation"],
                "secret_seed": settings.seeds["test"],
            },
        )
        splits = {}
        for split, examples in release.plan.items():
            self._expect(split, len(examples))
            splits[split] = self._generate_examples(
                generated.generated_examples(
                    release,
                    split,
                    pathlib.Path(self.data_dir),
                    self._parts,
                    self._processes,
                )
            )
        return splits

    def _objects(self, dl_manager) -> pathlib.Path:
        """Returns the folder of the objects, that of this release where there is one.

        Raises:
          FileNotFoundError: the manual directory has no cutouts of this release.
        """
        config = self.builder_config
        folder = self._source(config.objects, dl_manager)
        if (folder / config.folder).is_dir():
            return folder / config.folder
        is_manual = config.objects not in self._sources
        if is_manual and config.objects == "cutouts" and folder.name != "cutouts":
            raise errors.NotFound(
                f"'{folder}' has no folder '{config.folder}'; put the RGBA PNGs of "
                "that release there, or pass builder_kwargs={'cutouts': FOLDER}."
            )
        return folder

    @property
    def _parts(self) -> pathlib.Path:
        """Where finished examples wait for the rest, outside of the dataset."""
        folder = pathlib.Path(self.data_dir_root) / self.name
        name = f"{self.builder_config.name}-{self.version}.{generated.PARTS}"
        return folder / name

    def _generate_examples(self, examples: Iterator[dict]) -> Iterator:
        yield from enumerate(examples)

    def _post_download_and_prepare_hook(self) -> None:
        shutil.rmtree(self._parts, ignore_errors=True)
