# SPDX-License-Identifier: Apache-2.0
"""The command `xero-connection`, as `python -m local`."""

from local.cli.app import main

if __name__ == "__main__":
    main()
