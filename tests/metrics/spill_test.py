"""Spilled scores take little disk and are gone after errors, interrupts and kills."""

import errno
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from fs_tf.metrics import AnomalyMetrics, ComponentMetrics
from fs_tf.metrics import spill as spills
from fs_tf.metrics.spill import Spill


def test_threads_may_append_and_read():
    spill = Spill()
    first, second = np.arange(7, dtype=np.float32), np.zeros(0, np.float32)
    offsets = [spill.append(array) for array in (first, second, first[::-1].copy())]
    assert spill.read(offsets[2], 7, np.float32).tolist() == first[::-1].tolist()
    assert spill.read(offsets[1], 0, np.float32).size == 0
    assert spill.size == 56


@pytest.mark.parametrize("metrics_class, limit", [
    (AnomalyMetrics, 4),
    (ComponentMetrics, 5),
])  # fmt: skip
def test_disk_per_pixel(metrics_class, limit, images):
    metrics = metrics_class()
    metrics.update(*images)
    metrics.result()
    size = metrics._spill.size if limit == 5 else metrics._store._spill.size
    assert 0 < size <= limit * images[0].size


SCRIPT = """
import os, signal, time
import numpy as np
from fs_tf.metrics import AnomalyMetrics, ComponentMetrics
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
metrics = AnomalyMetrics(), ComponentMetrics()
for one in metrics:
    one.update(np.eye(500, dtype=np.uint8), np.eye(500))
    one.result()
found = 0
for name in os.listdir("/proc/self/fd"):
    try:
        found += os.readlink(f"/proc/self/fd/{name}").startswith(os.environ["TMPDIR"])
    except FileNotFoundError:  # the descriptor of the listing itself
        pass
print(found, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("end, signal_sent", [
    ("pass", None),
    ("raise RuntimeError", None),
    ("time.sleep(60)", signal.SIGINT),
    ("time.sleep(60)", signal.SIGKILL),
])  # fmt: skip
def test_nothing_is_left_however_the_process_ends(end, signal_sent, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT + end],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    open_files = process.stdout.readline()
    assert open_files == "2\n", "the scores of both metrics lie in TMPDIR"
    assert list(tmp_path.iterdir()) == []
    if signal_sent is not None:
        process.send_signal(signal_sent)
    process.wait(30)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("metrics_class", [AnomalyMetrics, ComponentMetrics])
def test_a_full_disk_is_named_and_never_gives_a_number(
    metrics_class, images, monkeypatch
):
    metrics = metrics_class()

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(spills.os, "pwrite", full)
        with pytest.raises(OSError, match="is full: exact metrics keep.* set TMPDIR"):
            metrics.update(*images)
            metrics.result()
    with pytest.raises((OSError, ValueError)):
        metrics.result()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_may_not_overwrite(images):
    metrics = AnomalyMetrics()
    metrics.update(*images)
    before = metrics.result()
    code = 1
    child = os.fork()
    if not child:
        try:
            metrics.update(*images)
            metrics.result()
        except RuntimeError as error:
            code = 0 if "must be updated in the process that made" in str(error) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert metrics.result() == before
