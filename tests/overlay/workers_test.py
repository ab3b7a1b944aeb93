"""Examples do not depend on who makes them, in which order, or on interruptions."""

import contextlib
import errno
import os
import signal
import time

import pytest

from fs_tf import cli, errors
from fs_tf.overlay import worker, workers
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


@pytest.mark.parametrize("processes", [0, -1, True, False, 2.0, "2", [2]])
def test_processes_are_a_whole_number_from_one(factory, processes):
    made, examples = factory
    with pytest.raises(errors.BadValue, match="must be a whole number from 1, or None"):
        next(workers.make_all(made, examples, processes))


def test_no_more_processes_than_examples(factory):
    assert workers.number_of_processes(10**6, 2) == 2
    assert workers.number_of_processes(3, 5) == 3
    assert workers.number_of_processes(None, 2) == 1
    assert workers.number_of_processes(None, 10**6) == workers.available_processes()
    made, examples = factory
    generator = workers.make_all(made, examples[:2], processes=10**6)
    next(generator)
    assert generator.gi_frame.f_locals["idle"].qsize() <= 2
    generator.close()


def test_another_seed_gives_other_images(factory, cityscapes, voc):
    other, examples = factory_of(cityscapes, voc, seed="1")
    assert factory[0].make(factory[1][0]).image != other.make(examples[0]).image


def test_the_seed_is_not_in_the_provenance(cityscapes, voc):
    made, examples = factory_of(cityscapes, voc, seed="correct horse battery")
    assert "correct horse" not in str(made.make(examples[0]).provenance)


def spoilt(path):
    path.write_bytes(b"nonsense")


def linked_to_itself(path):
    path.unlink()
    path.symlink_to(path.name)


@pytest.mark.parametrize("spoil, kind, match", [
    (spoilt, errors.BadValue, "' is not a complete PNG"),
    (linked_to_itself, errors.CannotAccess, "Too many levels of symbolic links"),
    (os.unlink, errors.NotFound, "' is missing; copy"),
])  # fmt: skip
def test_errors_are_the_same_from_any_process(
    factory, cityscapes, tmp_path, spoil, kind, match
):
    made, examples = factory
    path = next((cityscapes / "leftImg8bit" / "val").rglob("*.png"))
    spoil(path)
    sentences = []
    for processes in (1, 2):
        with pytest.raises(kind, match=match) as caught:
            list(workers.make_all(made, examples, processes, str(tmp_path)))
        assert path.name in cli.sentence(caught.value)
        sentences.append(cli.sentence(caught.value))
        assert (processes == 2) == isinstance(caught.value.__cause__, workers.InWorker)
    assert sentences[0] == sentences[1]


def test_an_object_that_the_system_cannot_read_is_not_left_out(factory, voc):
    made, examples = factory
    for path in voc.rglob("*.jpg"):
        linked_to_itself(path)
    with pytest.raises(errors.CannotAccess, match="Too many levels of symbolic"):
        made.make(examples[0])


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Writes the code that every new Python process runs at its start."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)

    def write(code):
        (folder / "sitecustomize.py").write_text(code)

    return write


def test_who_prints_or_reads_in_a_worker_gets_between_nothing(factory, site, capfd):
    made, examples = factory
    expected = list(workers.make_all(made, examples, processes=1))
    site("import sys; print('hello ' * 20_000); sys.stdin.read()")
    assert list(workers.make_all(made, examples, processes=2)) == expected
    out, err = capfd.readouterr()
    assert "hello" in err and "hello" not in out


def test_a_worker_that_ends_at_its_start_is_reported(factory, site):
    made, examples = factory
    site("import os; os._exit(3)")
    with pytest.raises(errors.Stopped, match="ended at its start with code 3; what it"):
        list(workers.make_all(made, examples, processes=2))


def test_a_worker_whose_pipe_another_process_holds_is_reported(factory, site, tmp_path):
    made, examples = factory
    site(
        "import os, time\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    time.sleep(600)\n"
        "    os._exit(0)\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(child))\n"
        "os._exit(5)\n"
    )
    try:
        with pytest.raises(errors.Stopped, match="ended at its start with code 5"):
            with contextlib.closing(workers.Worker(made, None)) as process:
                process.make(examples[0])
    finally:
        os.kill(int((tmp_path / "child").read_text()), signal.SIGKILL)


def test_a_fault_of_ours_keeps_its_traceback(factory, site):
    made, examples = factory
    site(
        "from fs_tf.overlay import generation\n"
        "def fail(self, example):\n"
        "    return 1 / 0\n"
        "generation.Factory.make = fail\n"
    )
    with pytest.raises(ZeroDivisionError) as caught:
        list(workers.make_all(made, examples, processes=2))
    assert not cli.is_users(caught.value)
    text = str(caught.value.__cause__)
    assert "make_part" in text and "in fail" in text and "ZeroDivisionError" in text


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_that_cannot_be_written_is_named(factory, tmp_path, processes):
    made, examples = factory
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError) as caught:
        list(workers.make_all(made, examples, processes, str(tmp_path / "file")))
    assert cli.sentence(caught.value).startswith(f"'{tmp_path / 'file'}")


def test_a_full_disk_names_the_file(factory, site, tmp_path):
    made, examples = factory
    site("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))")
    with pytest.raises(OSError) as caught:
        list(workers.make_all(made, examples, 2, str(tmp_path / "parts")))
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(tmp_path / "parts" / "test-0000.part")
    assert "make room, and start again" in cli.sentence(caught.value)


class OfTwoParts(Exception):
    """Pickle gives its message to the first argument, and fails."""

    def __init__(self, name, value):
        super().__init__(f"{name}: {value}")


def test_errors_that_pickle_loses_keep_their_text():
    found = worker.sendable(OfTwoParts("size", 3))
    assert type(found) is RuntimeError and str(found) == "OfTwoParts: size: 3"
    kept = errors.CannotAccess(errno.EIO, "Input/output error", "a.png")
    assert worker.sendable(kept) is kept


def test_a_killed_worker_is_reported(factory):
    made, examples = factory
    process = workers.Worker(made, None)
    process.make(examples[0])
    os.kill(process._process.pid, signal.SIGKILL)
    time.sleep(0.1)
    with pytest.raises(RuntimeError, match="ended by SIGKILL, perhaps because memory"):
        process.make(examples[1])
    process.close()


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


def _pid(process):
    return process._process.pid


@pytest.mark.parametrize("damage", [
    lambda data: b"",
    lambda data: data[:20],
    lambda data: data[:-1],
    lambda data: data[:60] + b"\xff" + data[61:],
    lambda data: data[:-60] + b"\xff" + data[-59:],
])  # fmt: skip
def test_damaged_parts_are_made_again(factory, tmp_path, damage):
    made, examples = factory
    first = list(workers.make_all(made, examples[:2], 1, str(tmp_path)))
    path = tmp_path / "test-0001.part"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert list(workers.make_all(made, examples[:2], 1, str(tmp_path))) == first
    assert path.read_bytes() == whole


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
