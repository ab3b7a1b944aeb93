import itertools

from fs_tf.report import tracks

ORDERED = [
    ("fishyscapes/LostAndFound/1.0.0", "validation"),
    ("fishyscapes/Static/3.0.0", "validation"),
    ("fishyscapes/Static/1.0.0", "validation"),
    ("fishyscapes/WebMarch2019/1.0.0", "test"),
    ("fishyscapes/WebJune2019/1.0.0", "test"),
    ("fishyscapes/WebJanuary2020:1.0.0", "test"),
    ("cityscapes_frames/256x512/1.0.0", "validation"),
    ("fishyscapes/OriginalLostAndFound/1.0.0", "validation"),
]


def titles(*keys):
    return [track.title for track in tracks.tracks(keys)]


def test_order_is_that_of_table_1_then_by_date_whatever_the_input_order():
    for keys in itertools.islice(itertools.permutations(ORDERED), 0, 40000, 997):
        assert [track.key for track in tracks.tracks(keys)] == ORDERED


def test_titles_name_the_release():
    assert titles(*ORDERED[3:6]) == [
        "FS Web March 2019",
        "FS Web June 2019",
        "FS Web January 2020",
    ]
    assert titles(ORDERED[0], *ORDERED[-2:]) == [
        "FS Lost & Found",
        "Cityscapes",
        "Original Lost & Found",
    ]
    assert titles(("fishyscapes/StaticGenerated/1.0.0", "test")) == [
        "FS Static Generated"
    ]
    assert titles(("road_anomaly:2.0.0", "test")) == ["road_anomaly"]


def test_titles_name_version_and_split_only_where_they_differ():
    first, second = ORDERED[1:3]
    assert titles(first, first) == ["FS Static"]
    assert titles(first, second) == ["FS Static 3.0.0", "FS Static 1.0.0"]
    assert titles(first, (first[0], "test")) == [
        "FS Static (test)",
        "FS Static (validation)",
    ]
    both = titles(first, second, (first[0], "test"))
    assert len(set(both)) == 3
