"""Every sentence that a person reads, by locale.

English is the only language now. Another one is a class with the methods of `English`, returned
here for its locale; nothing else changes.
"""

from bot.text.english import English

__all__ = ["English", "text_for"]

_ENGLISH = English()


def text_for(locale: str) -> English:
    """The sentences in a reader's language.

    Args:
        locale: a Discord locale such as `en-GB` or `zh-CN`; unknown ones read English.
    """
    del locale
    return _ENGLISH
