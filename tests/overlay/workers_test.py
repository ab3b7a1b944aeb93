"""Examples do not depend on who makes them, in which order, or on interruptions."""

import os
import signal
import time

import pytest

from fs_tf.overlay import workers
from fs_tf.overlay.generation import Factory
from fs_tf.overlay.parts import parts_key
from fs_tf.overlay.release import (
    Settings,
    plan_examples,
    release_frames,
    split_objects,
)
from fs_tf.overlay.sources.cityscapes import Cityscapes
from fs_tf.overlay.sources.voc import Voc

COUNT = 12


def factory_of(cityscapes, voc, seed="0", control_probability=0.0):
    frames, source = Cityscapes(cityscapes), Voc(voc)
    settings = Settings(
        counts={"validation": 0, "test": COUNT},
        seeds={"validation": seed, "test": seed},
        control_probability=control_probability,
    )
    plan = plan_examples(release_frames(frames), settings, "static")
    objects = split_objects(source.objects()[0], "static")
    return Factory("static", frames, source, objects, settings), plan["test"]


@pytest.fixture
def factory(cityscapes, voc):
    return factory_of(cityscapes, voc)


def test_processes_and_order_do_not_matter(factory):
    made, examples = factory
    serial = list(workers.make_all(made, examples, processes=1))
    parallel = list(workers.make_all(made, examples, processes=2))
    backwards = [made.make(example) for example in reversed(examples)][::-1]
    assert serial == parallel == backwards
    assert len({example.image for example in serial}) == COUNT
    for example, wanted in zip(serial, examples, strict=True):
        assert example.provenance["image_id"] == wanted.image_id


def test_another_seed_gives_other_images(factory, cityscapes, voc):
    other, examples = factory_of(cityscapes, voc, seed="1")
    assert factory[0].make(factory[1][0]).image != other.make(examples[0]).image


def test_the_seed_is_not_in_the_provenance(cityscapes, voc):
    made, examples = factory_of(cityscapes, voc, seed="correct horse battery")
    assert "correct horse" not in str(made.make(examples[0]).provenance)


def test_errors_come_out_as_they_are(factory, cityscapes):
    made, examples = factory
    path = next((cityscapes / "leftImg8bit" / "val").rglob("*.png"))
    path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=f"{path.name}' is not a complete PNG"):
        list(workers.make_all(made, examples, processes=2))


def test_a_killed_worker_is_reported(factory):
    made, examples = factory
    worker = workers.Worker(made, None)
    worker.make(examples[0])
    os.kill(worker._process.pid, signal.SIGKILL)
    time.sleep(0.1)
    with pytest.raises(RuntimeError, match="A worker process ended with code -9"):
        worker.make(examples[1])
    worker.close()


def test_no_process_outlives_the_generator(factory):
    made, examples = factory
    generator = workers.make_all(made, examples, processes=2)
    next(generator)
    stack_frame = generator.gi_frame.f_locals
    pids = [_pid(stack_frame["worker"])]
    generator.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _pid(worker):
    return worker._process.pid


@pytest.mark.parametrize("processes", [1, 2])
def test_finished_parts_are_not_made_again(factory, tmp_path, processes, cityscapes):
    made, examples = factory
    first = list(workers.make_all(made, examples, processes, str(tmp_path)))
    assert len(list(tmp_path.glob("*.part"))) == COUNT
    # Without its sources, nothing could be made again.
    cityscapes.rename(tmp_path / "gone")
    second = list(workers.make_all(made, examples, processes, str(tmp_path)))
    assert first == second


def test_an_interrupted_run_continues(factory, tmp_path):
    made, examples = factory
    generator = workers.make_all(made, examples, 1, str(tmp_path))
    for _ in range(5):
        next(generator)
    generator.close()
    assert len(list(tmp_path.glob("*.part"))) == 5
    resumed = list(workers.make_all(made, examples, 1, str(tmp_path)))
    assert resumed == [made.make(example) for example in examples]


def test_parts_of_other_settings_have_another_key(factory, cityscapes, voc):
    keys = {
        parts_key(*factory_of(cityscapes, voc)),
        parts_key(*factory_of(cityscapes, voc, seed="1")),
        parts_key(*factory_of(cityscapes, voc, control_probability=0.5)),
    }
    assert len(keys) == 3
    assert parts_key(*factory) in keys
