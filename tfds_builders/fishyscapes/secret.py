"""The seed of hidden test sets."""

import numbers
import os

from fs_tf import errors

VARIABLE = "FISHYSCAPES_SECRET_SEED"
# Of characters. A guess costs the making of one image, so nothing short is safe.
MIN_LENGTH = 16
MIN_DIFFERENT = 6
HOW_TO = 'make one with `python -c "import secrets; print(secrets.token_hex(32))"`'


def is_set() -> bool:
    """Tells whether the environment holds a secret, blanks apart."""
    return bool(os.environ.get(VARIABLE, "").strip())


def secret_seed(given: str | int | bool | None, public: str) -> str | None:
    """Returns the seed of the test split that nobody else knows, or None.

    Args:
      given: the secret; None takes the environment's, False takes none.
      public: the seed that everybody may know.

    Raises:
      ValueError: an empty, blank or short secret, or the public seed: everybody could
        make the test split; or blanks round it, which get lost between machines.
    """
    if given is False:
        return None
    where = "secret_seed"
    if given is None:
        given, where = os.environ.get(VARIABLE), f"{VARIABLE} in the environment"
        if given is None:
            return None
    secret = text_of(given, where)
    if not secret.strip():
        raise errors.BadValue(
            f"{where} is empty, so that everybody could rebuild the hidden test split; "
            f"unset it, or {HOW_TO}."
        )
    if len(secret.strip()) < MIN_LENGTH or len(set(secret)) < MIN_DIFFERENT:
        raise errors.BadValue(
            f"{where} has only {len(secret.strip())} characters, {len(set(secret))} "
            f"different ones, and can be guessed; at least {MIN_LENGTH} and "
            f"{MIN_DIFFERENT} are needed: {HOW_TO}."
        )
    if secret.strip() == str(public).strip():
        raise errors.BadValue(
            f"{where} equals the public `seed`, so that it hides nothing; {HOW_TO}."
        )
    if secret != secret.strip():
        raise errors.BadValue(
            f"{where} begins or ends with blanks, perhaps the line end of a file; they "
            "get lost between machines: leave them out."
        )
    return secret


def text_of(seed: object, where: str) -> str:
    """Returns a seed as text.

    Raises:
      ValueError: it is neither text nor a whole number, or cannot be written as UTF-8.
    """
    if isinstance(seed, bool) or not isinstance(seed, str | numbers.Integral):
        raise errors.BadValue(
            f"{where} must be text or a whole number; got {type(seed).__name__}."
        )
    text = str(seed)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise errors.BadValue(
            f"{where} is no Unicode text, perhaps raw random bytes; {HOW_TO}."
        ) from None
    return text
