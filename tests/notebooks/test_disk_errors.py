import errno
import os

import pytest

from colonnade.kit.errors import ColonnadeError, StorageFull
from colonnade.notebooks.disk_errors import translated


def test_what_the_kernel_says_becomes_an_error_for_people() -> None:
    for code in errno.errorcode:
        with pytest.raises(ColonnadeError), translated():
            raise OSError(code, os.strerror(code))
    for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        with pytest.raises(StorageFull), translated():
            raise OSError(code, os.strerror(code))
