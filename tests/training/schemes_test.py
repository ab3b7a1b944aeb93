"""A scheme is known by all that training follows from."""

import dataclasses
import functools
import json

from fs_tf import losses, training


def test_identities_tell_all_constants_apart():
    scheme = training.SCHEMES["max_entropy"]
    heavier = functools.partial(losses.max_entropy, void_weight=2.0)
    others = [
        dataclasses.replace(scheme, dropout_rate=0.1),
        dataclasses.replace(scheme, logit_scale=0.5),
        dataclasses.replace(scheme, num_outputs=20),
        dataclasses.replace(scheme, needs_void=False),
        dataclasses.replace(scheme, loss=heavier),
        dataclasses.replace(scheme, loss=losses.masked_cross_entropy),
    ]
    identities = [json.dumps(one.identity, sort_keys=True) for one in (scheme, *others)]
    assert len(set(identities)) == len(identities)
    assert scheme.identity["loss"] == {"name": "max_entropy", "void_weight": 1.0}
