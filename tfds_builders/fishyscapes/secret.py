"""The seed of hidden test sets."""

import os

from fs_tf import errors

VARIABLE = "FISHYSCAPES_SECRET_SEED"
# Of characters. A guess costs the making of one image, so nothing short is safe.
MIN_LENGTH = 16
HOW_TO = 'make one with `python -c "import secrets; print(secrets.token_hex(32))"`'


def secret_seed(given: str | int | bool | None, public: str | int) -> str | None:
    """Returns the seed of the test split that nobody else knows, or None.

    Args:
      given: the secret; None takes the environment's, False takes none.
      public: the seed that everybody may know.

    Raises:
      ValueError: an empty, blank or short secret, or the public seed: everybody could
        make the test split.
    """
    if given is False:
        return None
    where = "secret_seed"
    if given is None:
        given, where = os.environ.get(VARIABLE), f"{VARIABLE} in the environment"
        if given is None:
            return None
    secret = str(given)
    if not secret.strip():
        raise errors.BadValue(
            f"{where} is empty, so that everybody could rebuild the hidden test split; "
            f"unset it, or {HOW_TO}."
        )
    if len(secret.strip()) < MIN_LENGTH:
        raise errors.BadValue(
            f"{where} has only {len(secret.strip())} characters, which can be guessed; "
            f"at least {MIN_LENGTH} are needed: {HOW_TO}."
        )
    if secret.strip() == str(public).strip():
        raise errors.BadValue(
            f"{where} equals the public `seed`, so that it hides nothing; {HOW_TO}."
        )
    return secret
