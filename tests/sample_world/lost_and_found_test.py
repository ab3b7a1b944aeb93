import io
import re
import zipfile

import cv2
import numpy as np

from fs_tf import labels
from fs_tf.sample_world import hazards, lost_and_found


def test_coarse_labels_by_hand():
    road, car = labels.LABEL_IDS["road"], labels.LABEL_IDS["car"]
    label_ids = np.full((9, 9), road, np.uint8)
    label_ids[:3] = car
    label_ids[6, 4] = hazards.OFFSET + 17
    coarse = lost_and_found.coarse_labels(label_ids)
    assert coarse.dtype == np.uint8
    assert (coarse[:3] == 0).all()
    assert (coarse[3] == 0).all()  # the free space keeps clear of the car
    assert coarse[6, 4] == 17
    assert (coarse[6, 5:8] == 1).all()


def test_mask_by_hand():
    ids = [labels.LABEL_IDS["road"], labels.EGO_VEHICLE, hazards.OFFSET + 2, 4]
    mask = lost_and_found.anomaly_mask(np.array([ids], np.uint8))
    assert mask.tolist() == [[0, 255, 1, 255]]


def test_every_sequence_shows_hazards_of_its_kind(world):
    known = {
        sequence: {kind.label_id for kind in kinds.values()}
        for _, sequence, kinds in lost_and_found.SEQUENCES
    }
    for path in (world / "lost_and_found/gtCoarse").rglob("*.png"):
        found = set(np.unique(cv2.imread(str(path), -1)))
        assert 1 in found
        assert found - {0, 1} and found - {0, 1} <= known[path.parent.name]


def test_hazards_grow_as_the_car_drives_on():
    place = (0, "lost_and_found", "04_Maurener_Weg_8", 0)
    areas = [
        (
            lost_and_found.render_frame(64, place, frame).label_ids >= hazards.OFFSET
        ).sum()
        for frame in (0, 3)
    ]
    assert areas[1] > 1.3 * areas[0] > 0


def test_zip_holds_masks_of_all_but_the_children(world):
    path = world / "manual/fishyscapes_lostandfound.zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for index, name in enumerate(names):
            number, base_id = re.fullmatch(r"(\d+)_(.*)_labels\.png", name).groups()
            assert int(number) == index
            coarse = next(
                (world / "lost_and_found/gtCoarse").rglob(f"{base_id}_gtCoarse*")
            )
            coarse = cv2.imread(str(coarse), -1)
            data = np.frombuffer(archive.read(name), np.uint8)
            mask = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
            assert set(np.unique(mask)) <= set(labels.MASK_VALUES)
            assert ((mask == labels.ANOMALY) == (coarse > 1)).all()
    assert len(names) == 6
    assert not [name for name in names if "Otto_Lilienthal" in name]


def test_zip_bytes_do_not_depend_on_the_time(world, tmp_path):
    masks = tuple((world / lost_and_found.MASKS).glob("*.png"))
    for name in ("a.zip", "b.zip"):
        lost_and_found._write_zip(name, sorted(masks), tmp_path)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert first == second
    stamps = {info.date_time for info in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert stamps == {(2020, 1, 1, 0, 0, 0)}
