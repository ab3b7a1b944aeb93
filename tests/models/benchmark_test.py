"""Every mode of a preset is measured, and the table says what was."""

import pytest

from fs_tf.models import benchmark

SIZE = (33, 65)


def test_every_mode_has_a_task_that_measures():
    tasks = benchmark.tasks(["tiny"], SIZE, output_stride=8, repeats=2)
    assert [(task.mode, task.batch_norm) for task in tasks] == [
        ("eager", "unfolded"),
        ("eager", "folded"),
        ("SavedModel", "unfolded"),
        ("SavedModel", "folded"),
    ]
    for task in (tasks[0], tasks[3]):
        found = benchmark.measure(task)
        assert found.task == task
        assert 0 < found.seconds < 60 and found.cpu_seconds > 0
        assert found.peak_mib > 100  # TensorFlow alone needs more
        assert str(found).split()[:3] == ["tiny", task.mode, task.batch_norm]


def test_a_task_runs_in_a_process_of_its_own():
    tasks = benchmark.tasks(["tiny"], SIZE, output_stride=None, repeats=1)
    (found,) = benchmark.run(tasks[:1])
    assert found.task == tasks[0]
    assert len(str(found)) == len(benchmark.HEADER)


def test_impossible_tasks_are_refused_before_anything_runs():
    with pytest.raises(KeyError, match="Unknown preset 'resnet'. Known: xception_71"):
        benchmark.tasks(["resnet"], SIZE, None, 1)
    with pytest.raises(ValueError, match=r"at least 1; got \(0, 65\) and 1"):
        benchmark.tasks(["tiny"], (0, 65), None, 1)
